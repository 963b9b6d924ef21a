package dev.stockade.server.job;

import dev.stockade.core.InteractionResult;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Transcript;
import dev.stockade.core.Verdict;
import dev.stockade.server.judge.JudgeVerdict;
import org.jspecify.annotations.Nullable;

/**
 * What came of a job that the sandbox carried to its end.
 *
 * @param compile the compiler's run; {@code null} where nothing was compiled
 * @param cached whether the compiler's run is that of an earlier job with the same source
 * @param result the program's run; {@code null} when the compiler's verdict was not {@code OK}, and
 *     in a job with tests, each of which has a run of its own
 * @param judgement what came of the tests; {@code null} in a job without
 * @param linked what came of the programs of a linked job, which has nothing else; {@code null} of
 *     others
 */
public record FinishedJob(
    @Nullable RunResult compile,
    boolean cached,
    @Nullable RunResult result,
    @Nullable Judgement judgement,
    @Nullable LinkedReport linked) {
  public FinishedJob {
    if (compile == null && result == null && judgement == null && linked == null) {
      throw new IllegalArgumentException("a finished job has at least one run");
    }
  }

  /** A job without tests. */
  public FinishedJob(@Nullable RunResult compile, boolean cached, @Nullable RunResult result) {
    this(compile, cached, result, null, null);
  }

  /** A job with tests. */
  public static FinishedJob judged(
      @Nullable RunResult compile, boolean cached, Judgement judgement) {
    return new FinishedJob(compile, cached, null, judgement, null);
  }

  /** A job with several programs. */
  public static FinishedJob linked(LinkedReport linked) {
    return new FinishedJob(null, false, null, null, linked);
  }

  /** A job that had nothing to compile. */
  public static FinishedJob ran(RunResult result) {
    return new FinishedJob(null, false, result);
  }

  /** A job whose compiler refused the source. */
  public static FinishedJob notCompiled(RunResult compile, boolean cached) {
    return new FinishedJob(compile, cached, null);
  }

  /** The job's verdict: of its compiler, of its tests, or of its one run, in this order. */
  public JudgeVerdict verdict() {
    if (linked != null) {
      return linked.verdict();
    }
    if (compile != null && compile.verdict() != Verdict.OK) {
      return JudgeVerdict.COMPILE_ERROR;
    }
    if (judgement != null) {
      return judgement.total().verdict();
    }
    if (result == null) {
      throw new IllegalStateException("compiled, and then not run: " + this);
    }
    return JudgeVerdict.of(result.verdict());
  }

  /** Bytes of output in it. */
  long heldBytes() {
    long held = sizeOf(compile) + sizeOf(result);
    if (judgement != null) {
      held += sizeOf(judgement.checkerCompile()) + sizeOf(judgement.interactorCompile());
      for (Judgement.Test test : judgement.tests()) {
        held += sizeOf(test.result().result()) + test.result().comment().length();
        held += sizeOf(test.result().interaction());
      }
    }
    if (linked != null) {
      held += linked.runs().stream().mapToLong(FinishedJob::sizeOf).sum();
    }
    return held;
  }

  private static long sizeOf(@Nullable RunResult result) {
    if (result == null) {
      return 0;
    }
    long size = sizeOf(result.stdout()) + sizeOf(result.stderr());
    for (byte[] content : result.files().values()) {
      size += content.length;
    }
    return size;
  }

  private static long sizeOf(@Nullable InteractionResult interaction) {
    if (interaction == null) {
      return 0;
    }
    long size = sizeOf(interaction.interactor());
    for (Transcript.Piece piece : interaction.transcript().pieces()) {
      size += piece.bytes().length;
    }
    return size;
  }

  private static long sizeOf(Output output) {
    return output.bytes().length;
  }
}
