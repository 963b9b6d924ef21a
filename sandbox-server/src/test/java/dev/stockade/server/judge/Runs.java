package dev.stockade.server.judge;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Results of runs that never were. */
public final class Runs {
  private static final Evidence EVIDENCE = new Evidence(0, 0L, 0L, null, null, null, null, null);
  private static final Usage USAGE = new Usage(1L, 1L, 0L, 1L, null, null, 1, null, null);

  private Runs() {}

  /** A program that wrote this and exited with 0. */
  public static RunResult ok(String stdout) {
    return of(Verdict.OK, 0, stdout, "");
  }

  /** A program that exited by itself. */
  public static RunResult exited(int status, String stderr) {
    return of(status == 0 ? Verdict.OK : Verdict.NONZERO_EXIT, status, "", stderr);
  }

  /** A program that a limit ended. */
  public static RunResult ended(Verdict verdict) {
    return new RunResult(
        verdict, null, 9, output(""), output(""), USAGE, EVIDENCE, List.of(), Map.of(), Map.of());
  }

  /** A program that a signal ended, which was not ours. */
  public static RunResult signalled(int signal) {
    return new RunResult(
        Verdict.SIGNALED,
        null,
        signal,
        output(""),
        output(""),
        USAGE,
        EVIDENCE,
        List.of(),
        Map.of(),
        Map.of());
  }

  private static RunResult of(Verdict verdict, int status, String stdout, String stderr) {
    return new RunResult(
        verdict,
        status,
        null,
        output(stdout),
        output(stderr),
        USAGE,
        EVIDENCE,
        List.of(),
        Map.of(),
        Map.of());
  }

  private static Output output(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Output(bytes, bytes.length);
  }
}
