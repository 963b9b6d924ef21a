package dev.stockade.core;

import static dev.stockade.core.run.JobOutcome.KilledFor.CPU_TIME;
import static dev.stockade.core.run.JobOutcome.KilledFor.DENIED_SYSCALL;
import static dev.stockade.core.run.JobOutcome.KilledFor.OUTPUT;
import static dev.stockade.core.run.JobOutcome.KilledFor.WALL_TIME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.stockade.core.cgroup.CgroupUsage;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.run.JobOutcome;
import dev.stockade.core.run.JobOutcome.KilledFor;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of judgement: each verdict against everything that ranks below it. */
class JudgeTest {
  private static final int SIGSYS = 31;
  private static final int SIGKILL = 9;
  private static final int EXITED_3 = 3 << 8;
  private static final int CORE_DUMPED = 0x80;

  /** CPU 1 s, output 10 bytes. */
  private static final Limits LIMITS =
      new Limits(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          ByteSize.parse("16MiB"),
          8,
          ByteSize.parse("10B"),
          1);

  private static JobOutcome outcome(
      @Nullable Integer waitStatus,
      @Nullable KilledFor killedFor,
      long output,
      @Nullable Long oomKills,
      @Nullable Long cpuNanos) {
    CgroupUsage usage =
        new CgroupUsage(cpuNanos, null, null, null, null, null, oomKills, null, null, null);
    byte[] nothing = {};
    return new JobOutcome(
        waitStatus, killedFor, null, usage, 7L, 5, nothing, 0, nothing, output, Map.of(), Map.of());
  }

  static List<Arguments> outcomes() {
    long over = 1_000_000_001;
    return List.of(
        Arguments.of(Verdict.OK, outcome(0, null, 10, 0L, 1_000_000_000L)),
        Arguments.of(Verdict.OK, outcome(0, null, 0, null, null)),
        Arguments.of(Verdict.OK, outcome(0, WALL_TIME, 0, 0L, 0L)), // it ended just before the kill
        Arguments.of(Verdict.NONZERO_EXIT, outcome(EXITED_3, null, 0, 0L, 0L)),
        Arguments.of(Verdict.SIGNALED, outcome(SIGKILL, null, 0, 0L, 0L)),
        Arguments.of(Verdict.SIGNALED, outcome(11 | CORE_DUMPED, null, 0, 0L, 0L)),
        Arguments.of(Verdict.SECURITY_VIOLATION, outcome(SIGSYS, null, 0, 0L, 0L)),
        Arguments.of(Verdict.SECURITY_VIOLATION, outcome(SIGSYS | CORE_DUMPED, null, 0, 0L, 0L)),
        Arguments.of(Verdict.WALL_TIME_LIMIT, outcome(null, WALL_TIME, 0, 0L, 0L)),
        Arguments.of(Verdict.CPU_TIME_LIMIT, outcome(null, CPU_TIME, 0, 0L, over)),
        Arguments.of(Verdict.CPU_TIME_LIMIT, outcome(null, WALL_TIME, 0, 0L, over)),
        Arguments.of(Verdict.CPU_TIME_LIMIT, outcome(0, null, 0, 0L, over)),
        Arguments.of(Verdict.CPU_TIME_LIMIT, outcome(SIGSYS, null, 0, 0L, over)),
        Arguments.of(Verdict.MEMORY_LIMIT, outcome(0, null, 0, 1L, over)),
        Arguments.of(Verdict.MEMORY_LIMIT, outcome(null, CPU_TIME, 0, 1L, over)),
        Arguments.of(Verdict.OUTPUT_LIMIT, outcome(0, null, 11, 1L, over)),
        Arguments.of(Verdict.OUTPUT_LIMIT, outcome(null, OUTPUT, 11, 1L, over)),
        Arguments.of(Verdict.SECURITY_VIOLATION, outcome(null, DENIED_SYSCALL, 11, 1L, over)),
        Arguments.of(Verdict.SECURITY_VIOLATION, outcome(0, DENIED_SYSCALL, 11, 1L, over)));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void verdictFollowsTheOrderOfJudgement(Verdict wanted, JobOutcome outcome) {
    assertEquals(wanted, Judge.verdict(outcome, LIMITS));
  }

  @Test
  void statusIsTakenApart() {
    RunResult exited = Judge.judge(outcome(EXITED_3, null, 0, 0L, 0L), LIMITS, List.of());
    assertEquals(3, exited.exitCode());
    assertNull(exited.signal());
    RunResult crashed = Judge.judge(outcome(11 | CORE_DUMPED, null, 0, 0L, 0L), LIMITS, List.of());
    assertNull(crashed.exitCode());
    assertEquals(11, crashed.signal());
  }

  @Test
  void runKilledAsAWholeHasTheSignalAndNoExitCode() {
    RunResult result = Judge.judge(outcome(null, WALL_TIME, 0, 0L, 0L), LIMITS, List.of());
    assertNull(result.exitCode());
    assertEquals(SIGKILL, result.signal());
    assertEquals("wallTime", result.evidence().killedFor());
  }

  private static List<Long> overshoots(JobOutcome outcome) {
    Evidence evidence = Judge.judge(outcome, LIMITS, List.of()).evidence();
    return Arrays.asList(evidence.cpuTimeOvershootNanos(), evidence.wallTimeOvershootNanos());
  }

  /** A wall time of 5 ns is far below its limit of 2 s: the figure is a difference, no guess. */
  @Test
  void overshootIsWhatWasUsedLessTheLimitOfTheVerdict() {
    long over = 1_000_000_001;
    assertEquals(Arrays.asList(1L, null), overshoots(outcome(null, CPU_TIME, 0, 0L, over)));
    assertEquals(Arrays.asList(1L, null), overshoots(outcome(0, null, 0, 0L, over)));
    assertEquals(
        Arrays.asList(null, 5 - 2_000_000_000L), overshoots(outcome(null, WALL_TIME, 0, 0L, 0L)));
    assertEquals(
        Arrays.asList(null, 5 - 2_000_000_000L), overshoots(outcome(null, WALL_TIME, 0, 0L, null)));
    assertEquals(Arrays.asList(null, null), overshoots(outcome(0, null, 0, 0L, 0L)));
    assertEquals(Arrays.asList(null, null), overshoots(outcome(null, OUTPUT, 11, 1L, over)));
    assertEquals(Arrays.asList(null, null), overshoots(outcome(null, CPU_TIME, 0, 1L, over)));
  }

  @Test
  void whatIsNotKnownStaysUnknown() {
    RunResult result = Judge.judge(outcome(0, null, 0, null, null), LIMITS, List.of("memory"));
    assertNull(result.usage().cpuTimeNanos());
    assertNull(result.evidence().oomKills());
    assertNull(result.evidence().pidsLimitHits());
    assertEquals(List.of("memory"), result.degraded());
    assertEquals(5, result.usage().wallTimeNanos());
  }
}
