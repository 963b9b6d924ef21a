package dev.stockade.server.language;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.server.job.LanguageJob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns what a recipe says into requests for the sandbox. */
final class Requests {
  private Requests() {}

  /** A compilation: all files of the job, nothing on standard input. */
  static RunRequest.Builder compile(Invocation invocation, Sources sources) {
    RunRequest.Builder request = RunRequest.command(invocation.command());
    invocation.environment().forEach(request::environment);
    addFiles(request, sources.files());
    addFiles(request, invocation.files());
    request.file(CompiledRecipe.FOLDER + "/.keep", new byte[0]); // compilers make no folder
    invocation.outputs().forEach(request::outputFile);
    return request;
  }

  /** A run: the job's arguments, input, limits and output files. */
  static RunRequest.Builder run(
      Invocation invocation, Map<String, InputFile> files, LanguageJob job) {
    List<byte[]> command = new ArrayList<>();
    for (String word : invocation.command()) {
      command.add(word.getBytes(StandardCharsets.UTF_8));
    }
    command.addAll(job.args());
    RunRequest.Builder request =
        RunRequest.commandBytes(command).stdin(job.input().stdin()).limits(job.input().limits());
    invocation.environment().forEach(request::environment);
    addFiles(request, files);
    addFiles(request, invocation.files());
    job.input().outputFiles().forEach(request::outputFile);
    return request;
  }

  static void addFiles(RunRequest.Builder request, Map<String, InputFile> files) {
    files.forEach(request::file);
  }
}
