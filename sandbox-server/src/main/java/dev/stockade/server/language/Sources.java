package dev.stockade.server.language;

import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.server.job.LanguageJob;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a language job: the main one and the others.
 *
 * @param main name of the main source file in the workspace
 * @param files all files by name, the main one first
 */
record Sources(String main, Map<String, InputFile> files) {
  Sources {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  /** The job's files; the main one has the job's name for it, or else the usual one. */
  static Sources of(LanguageJob job, String usualName) {
    return named(job, job.sourceName() == null ? usualName : job.sourceName());
  }

  /**
   * The job's files, the main one under a name.
   *
   * @throws InvalidRequestException when a name is there twice or is one that compilers need
   */
  static Sources named(LanguageJob job, String main) {
    Map<String, InputFile> files = new LinkedHashMap<>();
    files.put(main, new InputFile(job.source(), false));
    files.putAll(job.input().files());
    for (String name : files.keySet()) {
      if (name.equals(CompiledRecipe.FOLDER) || name.startsWith(CompiledRecipe.FOLDER + "/")) {
        throw new InvalidRequestException(
            name.equals(main) ? "main" : "files[" + name + "]",
            "the folder " + CompiledRecipe.FOLDER + " is the compilers' own");
      }
    }
    if (job.input().files().containsKey(main)) {
      throw new InvalidRequestException(
          "files[" + main + "]", "is the name of the main source file as well");
    }
    return new Sources(main, files);
  }

  /** The main file and those of the others that have one of the endings, as arguments. */
  List<String> arguments(List<String> extensions) {
    List<String> arguments = new ArrayList<>();
    for (String name : files.keySet()) {
      if (name.equals(main) || extensions.stream().anyMatch(name::endsWith)) {
        arguments.add(argument(name));
      }
    }
    return arguments;
  }

  String mainArgument() {
    return argument(main);
  }

  /** A file name that no tool takes for an option, or for a file with more arguments. */
  private static String argument(String name) {
    return name.startsWith("-") || name.startsWith("@") ? "./" + name : name;
  }

  /** Everything but the main file. */
  Map<String, InputFile> others() {
    Map<String, InputFile> others = new LinkedHashMap<>(files);
    others.remove(main);
    return others;
  }
}
