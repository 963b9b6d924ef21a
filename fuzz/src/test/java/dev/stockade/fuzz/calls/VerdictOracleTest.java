package dev.stockade.fuzz.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policies;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The oracle accepts what fits together and finds each lie. */
final class VerdictOracleTest {
  private static final Limits LIMITS = Policies.named("default").limits();
  private static final long TOO_LONG = LIMITS.wallTime().toNanos();

  private @Nullable Integer status = 0;
  private @Nullable Integer exit = 0;
  private @Nullable Integer signal;
  private @Nullable String killedFor;
  private @Nullable String hostile;
  private long oomKills;
  private long cpuNanos = 1;
  private long wallNanos = 1;
  private long written;

  private List<String> contradictions(Verdict verdict) {
    Output stdout = new Output(new byte[0], written);
    Usage usage = new Usage(cpuNanos, 0L, 0L, wallNanos, 0L, "test", 1, null, null);
    Evidence evidence = new Evidence(status, oomKills, 0L, killedFor, hostile, 0L, null, null);
    RunResult result =
        new RunResult(
            verdict, exit, signal, stdout, stdout, usage, evidence, List.of(), Map.of(), Map.of());
    return VerdictOracle.contradictions(result, LIMITS);
  }

  private void killed(String reason) {
    status = null;
    exit = null;
    signal = 9;
    killedFor = reason;
  }

  @Test
  void anExitIsOkOrNot() {
    assertEquals(List.of(), contradictions(Verdict.OK));
    assertEquals(List.of("NONZERO_EXIT, and exit code 0"), contradictions(Verdict.NONZERO_EXIT));
    status = 7 << 8;
    exit = 7;
    assertEquals(List.of(), contradictions(Verdict.NONZERO_EXIT));
    assertEquals(List.of("OK, and not exit status 0"), contradictions(Verdict.OK));
    exit = 8;
    assertEquals(List.of("exit code against wait status"), contradictions(Verdict.NONZERO_EXIT));
  }

  @Test
  void aSignalIsNoExit() {
    status = 11;
    exit = null;
    signal = 11;
    assertEquals(List.of(), contradictions(Verdict.SIGNALED));
    signal = 9;
    assertEquals(List.of("signal against wait status"), contradictions(Verdict.SIGNALED));
    status = 31;
    signal = 31;
    assertEquals(List.of(), contradictions(Verdict.SECURITY_VIOLATION));
    assertEquals(
        List.of("SIGNALED by no signal or SIGSYS", "SIGSYS"), contradictions(Verdict.SIGNALED));
  }

  @Test
  void aTimeLimitWasReachedAndKilledFor() {
    killed("wallTime");
    assertEquals(
        List.of("WALL_TIME_LIMIT within the wall time limit"),
        contradictions(Verdict.WALL_TIME_LIMIT));
    wallNanos = TOO_LONG;
    assertEquals(List.of(), contradictions(Verdict.WALL_TIME_LIMIT));
    assertEquals(
        List.of("CPU_TIME_LIMIT within the CPU time limit"),
        contradictions(Verdict.CPU_TIME_LIMIT));
    killed("cpuTime");
    assertEquals(List.of(), contradictions(Verdict.CPU_TIME_LIMIT));
  }

  @Test
  void moreThanTheCpuTimeLimitIsNotOk() {
    cpuNanos = LIMITS.cpuTime().toNanos() + 1;
    assertEquals(List.of("too much CPU time"), contradictions(Verdict.OK));
    assertEquals(List.of(), contradictions(Verdict.CPU_TIME_LIMIT));
  }

  @Test
  void aMemoryLimitHasAnOomKill() {
    assertEquals(List.of("MEMORY_LIMIT without an OOM kill"), contradictions(Verdict.MEMORY_LIMIT));
    oomKills = 1;
    assertEquals(List.of(), contradictions(Verdict.MEMORY_LIMIT));
    assertEquals(List.of("an OOM kill"), contradictions(Verdict.OK));
  }

  @Test
  void anOutputLimitHasOutput() {
    assertEquals(
        List.of("OUTPUT_LIMIT within the output limit"), contradictions(Verdict.OUTPUT_LIMIT));
    written = LIMITS.output().bytes() + 1;
    assertEquals(List.of(), contradictions(Verdict.OUTPUT_LIMIT));
    assertEquals(List.of("too much output"), contradictions(Verdict.OK));
  }

  @Test
  void aHostileCallIsNamed() {
    killed("deniedSyscall");
    assertEquals(
        List.of("SECURITY_VIOLATION without a hostile call and without SIGSYS", "no wait status"),
        contradictions(Verdict.SECURITY_VIOLATION));
    hostile = "mount";
    assertEquals(List.of(), contradictions(Verdict.SECURITY_VIOLATION));
    wallNanos = TOO_LONG;
    assertEquals(
        List.of("WALL_TIME_LIMIT, and not killed for it", "a hostile call"),
        contradictions(Verdict.WALL_TIME_LIMIT));
  }

  @Test
  void nobodyEndsForNoReason() {
    killed("cancelled");
    killedFor = null;
    assertEquals(
        List.of(
            "no wait status, and nobody killed it", "OK, and not exit status 0", "no wait status"),
        contradictions(Verdict.OK));
  }
}
