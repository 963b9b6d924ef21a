package dev.stockade.server.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.InteractionResult;
import dev.stockade.core.InteractionResult.Cause;
import dev.stockade.core.InteractionResult.Side;
import dev.stockade.core.RunResult;
import dev.stockade.core.Transcript;
import dev.stockade.core.Verdict;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of who decides: who was first, why, how each ended, and what the test is worth. */
class InteractionRuleTest {
  private static final RunResult OK = Runs.exited(0, "");
  private static final RunResult WRONG = Runs.exited(1, "no");
  private static final RunResult MALFORMED = Runs.exited(2, "");
  private static final RunResult FAIL = Runs.exited(3, "");
  private static final RunResult POINTS = Runs.exited(7, "points 0.5");
  private static final RunResult EXITED = Runs.exited(3, "");
  private static final RunResult SIGPIPE = Runs.signalled(13);
  private static final RunResult SEGV = Runs.signalled(11);
  private static final RunResult WALL = Runs.ended(Verdict.WALL_TIME_LIMIT);
  private static final RunResult CPU = Runs.ended(Verdict.CPU_TIME_LIMIT);
  private static final RunResult FLOOD = Runs.ended(Verdict.OUTPUT_LIMIT);
  private static final RunResult MEMORY = Runs.ended(Verdict.MEMORY_LIMIT);

  private static Arguments row(
      Side first, Cause cause, RunResult interactor, RunResult solution, String verdict) {
    return Arguments.of(first, cause, interactor, solution, verdict);
  }

  static Stream<Arguments> table() {
    Side interactor = Side.INTERACTOR;
    Side solution = Side.SOLUTION;
    Cause left = Cause.LEFT;
    Cause killed = Cause.KILLED;
    Cause stalled = Cause.STALLED;
    return Stream.of(
        // the program ended well: what the interactor thinks, whoever was first
        row(solution, left, OK, OK, "ACCEPTED"),
        row(interactor, left, OK, OK, "ACCEPTED"),
        row(solution, left, WRONG, OK, "WRONG_ANSWER"),
        row(interactor, left, WRONG, OK, "WRONG_ANSWER"),
        row(solution, left, MALFORMED, OK, "PRESENTATION_ERROR"),
        row(solution, left, POINTS, OK, "PARTIAL"),
        row(solution, left, FAIL, OK, "CHECKER_ERROR"),
        row(solution, left, SEGV, OK, "CHECKER_ERROR"),
        row(solution, left, WALL, OK, "CHECKER_ERROR"),
        row(interactor, killed, CPU, OK, "CHECKER_ERROR"),
        row(interactor, killed, FLOOD, OK, "CHECKER_ERROR"),
        // the program broke first
        row(solution, left, WRONG, EXITED, "NONZERO_EXIT"),
        row(solution, left, WRONG, SEGV, "SIGNALED"),
        row(solution, left, OK, SEGV, "SIGNALED"),
        row(solution, left, SEGV, SEGV, "SIGNALED"),
        row(solution, left, FAIL, EXITED, "NONZERO_EXIT"),
        row(solution, left, WRONG, MEMORY, "MEMORY_LIMIT"),
        row(solution, killed, WRONG, FLOOD, "OUTPUT_LIMIT"),
        row(solution, killed, OK, CPU, "CPU_TIME_LIMIT"),
        row(solution, killed, FLOOD, CPU, "CPU_TIME_LIMIT"),
        // the interactor left, and the program broke behind it
        row(interactor, left, WRONG, SIGPIPE, "WRONG_ANSWER"),
        row(interactor, left, WRONG, EXITED, "WRONG_ANSWER"),
        row(interactor, left, WRONG, SEGV, "WRONG_ANSWER"),
        row(interactor, left, WRONG, WALL, "WRONG_ANSWER"),
        row(interactor, left, MALFORMED, EXITED, "PRESENTATION_ERROR"),
        row(interactor, left, FAIL, EXITED, "CHECKER_ERROR"),
        row(interactor, left, SEGV, SIGPIPE, "CHECKER_ERROR"),
        row(interactor, killed, CPU, EXITED, "CHECKER_ERROR"),
        // no points for a program that breaks, but of SIGPIPE
        row(interactor, left, OK, SIGPIPE, "ACCEPTED"),
        row(interactor, left, POINTS, SIGPIPE, "PARTIAL"),
        row(interactor, left, OK, EXITED, "NONZERO_EXIT"),
        row(interactor, left, POINTS, EXITED, "NONZERO_EXIT"),
        row(interactor, left, OK, SEGV, "SIGNALED"),
        row(interactor, left, OK, WALL, "WALL_TIME_LIMIT"),
        row(interactor, left, OK, CPU, "CPU_TIME_LIMIT"),
        // both were there when time was over
        row(solution, stalled, WRONG, WALL, "WALL_TIME_LIMIT"),
        row(solution, stalled, WALL, OK, "WALL_TIME_LIMIT"),
        row(solution, stalled, WALL, EXITED, "WALL_TIME_LIMIT"),
        row(interactor, stalled, WALL, OK, "CHECKER_ERROR"),
        row(interactor, stalled, OK, WALL, "CHECKER_ERROR"),
        row(interactor, stalled, WRONG, SIGPIPE, "CHECKER_ERROR"));
  }

  @ParameterizedTest
  @MethodSource("table")
  void whoeverLeftFirstDecides(
      Side first, Cause cause, RunResult interactor, RunResult solution, String verdict) {
    InteractionResult result =
        new InteractionResult(interactor, solution, first, cause, new Transcript(List.of(), 0));
    CheckResult said = InteractionRule.said(result, BigDecimal.ONE);
    JudgeVerdict broken = InteractionRule.broken(result, said);
    assertEquals(verdict, (broken == null ? said.verdict() : broken).name());
  }
}
