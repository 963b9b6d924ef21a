package dev.stockade.server.judge;

import dev.stockade.core.InteractionResult;
import dev.stockade.core.InteractionResult.Cause;
import dev.stockade.core.InteractionResult.Side;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Whose word counts when a program has talked with an interactor: whoever closed, crashed or
 * stalled first decides.
 *
 * <p>The interactor says what it thinks as a checker does. That counts unless the program broke
 * first: then the test has the program's run verdict. A program that broke because the interactor
 * had left broke second. Nevertheless only a program that ended well, or of SIGPIPE, earns points.
 */
public final class InteractionRule {
  private static final int SIGPIPE = 13;

  private InteractionRule() {}

  /**
   * What the interactor thinks.
   *
   * @param most points that the test is worth
   */
  public static CheckResult said(InteractionResult result, BigDecimal most) {
    if (result.first() == Side.INTERACTOR && result.cause() == Cause.STALLED) {
      return CheckResult.checkerError("it had not read what the program wrote in all the time");
    }
    return TestlibExit.read(result.interactor(), most);
  }

  /**
   * The run verdict that counts instead.
   *
   * @param said what the interactor thinks
   * @return {@code null} when that counts
   */
  public static @Nullable JudgeVerdict broken(InteractionResult result, CheckResult said) {
    boolean programWasFirst = result.first() == Side.SOLUTION;
    if (programWasFirst && result.cause() == Cause.STALLED) {
      return JudgeVerdict.WALL_TIME_LIMIT; // also when the interactor's time was over before
    }
    RunResult program = result.solution();
    if (program.verdict() == Verdict.OK) {
      return null;
    }
    boolean earns =
        said.verdict() == JudgeVerdict.ACCEPTED || said.verdict() == JudgeVerdict.PARTIAL;
    boolean counts = programWasFirst || (earns && !isOfSigpipe(program));
    return counts ? JudgeVerdict.of(program.verdict()) : null;
  }

  private static boolean isOfSigpipe(RunResult program) {
    Integer signal = program.signal();
    return program.verdict() == Verdict.SIGNALED && signal != null && signal == SIGPIPE;
  }
}
