package dev.stockade.server.language;

import dev.stockade.core.Content;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.server.job.LanguageJob;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Java 17 and later.
 *
 * <p>The compiler wants a public type in a file of its name, so that is what the main source is
 * called, whatever the job calls it. One virtual machine compiles and packs: {@link JavaPacker}.
 */
final class Java implements CompiledRecipe {
  private static final String JAR = FOLDER + "/program.jar";
  private static final String PACKER = JavaPacker.class.getName();
  private static final String PACKER_FILE =
      FOLDER + "/packer/" + PACKER.replace('.', '/') + ".class";

  private final InputFile packer = new InputFile(packerClass(), false);

  private static byte[] packerClass() {
    String resource = JavaPacker.class.getSimpleName() + ".class";
    try (InputStream stream = JavaPacker.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String id() {
    return "java";
  }

  @Override
  public String name() {
    return "Java";
  }

  @Override
  public List<String> extensions() {
    return List.of(".java");
  }

  @Override
  public List<String> programs() {
    return List.of("java");
  }

  @Override
  public List<String> versionArguments() {
    return List.of("-XX:-UsePerfData", "--version");
  }

  @Override
  public String packages() {
    return "openjdk-17-jdk-headless";
  }

  @Override
  public String trial() {
    return "class Main { public static void main(String[] args) {} }\n";
  }

  @Override
  public Sources sources(LanguageJob job) {
    JavaSource source = JavaSource.of(new String(job.source(), StandardCharsets.UTF_8));
    String name = job.sourceName() == null ? "Main.java" : job.sourceName();
    if (source.publicType() != null) {
      name = name.substring(0, name.lastIndexOf('/') + 1) + source.publicType() + ".java";
    } else if (!name.endsWith(".java")) {
      name += ".java";
    }
    return Sources.named(job, name);
  }

  @Override
  public Invocation compile(Tool tool, Sources sources, Grant grant) {
    List<String> command = new ArrayList<>(List.of(tool.program()));
    command.addAll(Jvm.compiler(grant));
    command.addAll(List.of("-cp", FOLDER + "/packer", PACKER, JAR, mainNames(sources)));
    command.addAll(List.of("-encoding", "UTF-8", "-proc:none", "-g", "-cp", "."));
    command.addAll(sources.arguments(extensions()));
    return Invocation.of(command).file(PACKER_FILE, packer).leaves(JAR);
  }

  /** Simple names of classes that may be the one to start, the likeliest first. */
  private static String mainNames(Sources sources) {
    String file = sources.main().substring(sources.main().lastIndexOf('/') + 1);
    List<String> names = new ArrayList<>();
    names.add(file.substring(0, file.length() - ".java".length()));
    if (sources.files().get(sources.main()).content() instanceof Content.InMemory source) {
      names.addAll(JavaSource.of(new String(source.bytes(), StandardCharsets.UTF_8)).types());
    }
    return String.join(",", names);
  }

  @Override
  public Invocation run(Tool tool, Sources sources, Grant grant) {
    List<String> command = new ArrayList<>(List.of(tool.program()));
    command.addAll(Jvm.program(grant));
    command.addAll(List.of("-jar", JAR));
    return Invocation.of(command);
  }
}
