package dev.stockade.server.language;

import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.core.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Go, one package and its folders; modules from elsewhere cannot be fetched.
 *
 * <p>The runtime is told the run's processors, and nine tenths of its memory as the goal of its
 * collector; that goal is soft, so a program that needs more meets the kernel's limit.
 */
final class Go implements CompiledRecipe {
  private static final long HALF_A_DAY_SECONDS = 12 * 60 * 60;
  private static final String CACHE = FOLDER + "/go-cache";
  private static final String ARCHIVE = FOLDER + "/go-library.tar";

  /**
   * No debugger will look at the program, and without its tables the library is a third smaller.
   * Panics still name files and lines.
   */
  private static final List<String> FLAGS =
      List.of("-trimpath", "-gcflags=all=-dwarf=false", "-ldflags=-w", "-o", PROGRAM);

  /** The command after the script's own arguments; the shell reads no byte of it. */
  private static final String UNPACK_AND_RUN =
      "tar -xmf " + ARCHIVE + " -C " + CACHE + " && exec \"$@\"";

  private static final String RUN_AND_PACK =
      "\"$@\" && tar -cf " + ARCHIVE + " --exclude=./trim.txt -C " + CACHE + " .";

  private final GoLibrary library;

  Go(CacheFolder kept) {
    this.library = new GoLibrary(kept);
  }

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
  public void take(Tool tool) {
    library.find(tool);
  }

  @Override
  public void prepare(Tool tool, Preparing preparing) {
    Policy policy = preparing.policy();
    byte[] importer = GoLibrary.importer().getBytes(StandardCharsets.UTF_8);
    Sources sources = new Sources("main.go", Map.of("main.go", new InputFile(importer, false)));
    Invocation invocation =
        build(tool, sources, Grant.of(policy, policy.limits()), RUN_AND_PACK).leaves(ARCHIVE);
    library.make(tool, Requests.compile(invocation, sources).build(), ARCHIVE, preparing);
  }

  @Override
  public Invocation compile(Tool tool, Sources sources, Grant grant) {
    Optional<byte[]> archive = library.archive();
    return archive
        .map(
            bytes ->
                build(tool, sources, grant, UNPACK_AND_RUN)
                    .file(ARCHIVE, new InputFile(bytes, false)))
        .orElseGet(() -> build(tool, sources, grant, ""))
        .leaves(PROGRAM);
  }

  private Invocation build(Tool tool, Sources sources, Grant grant, String script) {
    List<String> command = new ArrayList<>();
    if (!script.isEmpty()) {
      command.addAll(List.of("sh", "-c", script, "sh"));
    }
    command.addAll(List.of(tool.program(), "build"));
    command.addAll(FLAGS);
    command.addAll(sources.arguments(extensions()));
    return settings(Invocation.of(command), grant)
        .environment("GOCACHE", grant.workspace() + "/" + CACHE)
        .file(CACHE + "/trim.txt", justTrimmed());
  }

  /**
   * Keeps go from trimming its cache, which it does once in 24 hours: it would take a lock, which
   * the filter refuses. The time is that of the last midnight or noon, so that the same source is
   * the same request for half a day.
   */
  private static InputFile justTrimmed() {
    long now = Instant.now().getEpochSecond();
    String seconds = Long.toString(now - now % HALF_A_DAY_SECONDS);
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
