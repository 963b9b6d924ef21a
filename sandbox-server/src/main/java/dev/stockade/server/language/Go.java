package dev.stockade.server.language;

import dev.stockade.core.RunRequest.InputFile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Go, one package and its folders; modules from elsewhere cannot be fetched.
 *
 * <p>The runtime is told the run's processors, and nine tenths of its memory as the goal of its
 * collector; that goal is soft, so a program that needs more meets the kernel's limit.
 */
final class Go implements CompiledRecipe {
  private static final String CACHE = FOLDER + "/go-cache";

  @Override
  public String id() {
    return "go";
  }

  @Override
  public String name() {
    return "Go";
  }

  @Override
  public List<String> extensions() {
    return List.of(".go");
  }

  @Override
  public List<String> programs() {
    return List.of("go");
  }

  @Override
  public List<String> versionArguments() {
    return List.of("version");
  }

  @Override
  public String packages() {
    return "golang-go";
  }

  @Override
  public String trial() {
    return "package main\n\nfunc main() {}\n";
  }

  @Override
  public Invocation compile(Tool tool, Sources sources, Grant grant) {
    List<String> command =
        new ArrayList<>(List.of(tool.program(), "build", "-trimpath", "-o", PROGRAM));
    command.addAll(sources.arguments(extensions()));
    return settings(Invocation.of(command), grant)
        .environment("GOCACHE", "/box/" + CACHE)
        .file(CACHE + "/trim.txt", justTrimmed())
        .leaves(PROGRAM);
  }

  /** Keeps go from trimming its cache: it would take a lock, which the filter refuses. */
  private static InputFile justTrimmed() {
    String seconds = Long.toString(Instant.now().getEpochSecond());
    return new InputFile(seconds.getBytes(StandardCharsets.UTF_8), false);
  }

  @Override
  public Invocation run(Tool tool, Sources sources, Grant grant) {
    return settings(Invocation.of(List.of("./" + PROGRAM)), grant);
  }

  private static Invocation settings(Invocation invocation, Grant grant) {
    return invocation
        .environment("GOMAXPROCS", Integer.toString(grant.processors()))
        .environment("GOMEMLIMIT", grant.memoryBytes() / 10 * 9 + "B");
  }
}
