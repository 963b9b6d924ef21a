package dev.stockade.fuzz.calls;

import dev.stockade.core.Evidence;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What each verdict says about the evidence, and the evidence about the verdict. Written from the
 * documentation of {@link Verdict}, {@link Evidence} and wait(2), not from the judge.
 */
final class VerdictOracle {
  private static final int SIGKILL = 9;
  private static final int SIGSYS = 31;

  private final RunResult result;
  private final Evidence evidence;
  private final Limits limits;
  private final List<String> wrong = new ArrayList<>();

  private VerdictOracle(RunResult result, Limits limits) {
    this.result = result;
    this.evidence = result.evidence();
    this.limits = limits;
  }

  /** What does not fit together; empty when everything does. */
  static List<String> contradictions(RunResult result, Limits limits) {
    VerdictOracle oracle = new VerdictOracle(result, limits);
    oracle.ending();
    oracle.forThisVerdict();
    oracle.forNoOther();
    return oracle.wrong;
  }

  /** The wait status against exit code and signal: WIFEXITED and WIFSIGNALED of wait(2). */
  private void ending() {
    @Nullable Integer status = evidence.waitStatus();
    if (status == null) {
      check(evidence.killedFor() != null || oomKills() > 0, "no wait status, and nobody killed it");
      check(result.exitCode() == null, "an exit code without a wait status");
      check(Objects.equals(result.signal(), SIGKILL), "no wait status, and not SIGKILL");
    } else if ((status & 0x7f) == 0) {
      check(Objects.equals(result.exitCode(), status >> 8 & 0xff), "exit code against wait status");
      check(result.signal() == null, "a signal although it exited");
    } else {
      check(Objects.equals(result.signal(), status & 0x7f), "signal against wait status");
      check(result.exitCode() == null, "an exit code although a signal ended it");
    }
  }

  private void forThisVerdict() {
    switch (result.verdict()) {
      case OK -> {
        check(Objects.equals(evidence.waitStatus(), 0), "OK, and not exit status 0");
        check(endedByItself(), "OK, and killed");
      }
      case NONZERO_EXIT -> {
        check(result.exitCode() != null && result.exitCode() != 0, "NONZERO_EXIT, and exit code 0");
        check(endedByItself(), "NONZERO_EXIT, and killed");
      }
      case SIGNALED -> {
        check(evidence.waitStatus() != null, "SIGNALED without a wait status");
        check(
            result.signal() != null && result.signal() != SIGSYS,
            "SIGNALED by no signal or SIGSYS");
        check(endedByItself(), "SIGNALED, and killed");
      }
      case CPU_TIME_LIMIT ->
          check(
              "cpuTime".equals(evidence.killedFor()) || cpuTime() > limits.cpuTime().toNanos(),
              "CPU_TIME_LIMIT within the CPU time limit");
      case WALL_TIME_LIMIT -> {
        check("wallTime".equals(evidence.killedFor()), "WALL_TIME_LIMIT, and not killed for it");
        check(evidence.waitStatus() == null, "WALL_TIME_LIMIT, and it ended by itself");
        check(
            result.usage().wallTimeNanos() >= limits.wallTime().toNanos(),
            "WALL_TIME_LIMIT within the wall time limit");
      }
      case MEMORY_LIMIT -> check(oomKills() > 0, "MEMORY_LIMIT without an OOM kill");
      case OUTPUT_LIMIT -> check(isOutputOver(), "OUTPUT_LIMIT within the output limit");
      case SECURITY_VIOLATION ->
          check(
              "deniedSyscall".equals(evidence.killedFor()) == (evidence.deniedSyscall() != null)
                  && (evidence.deniedSyscall() != null || Objects.equals(result.signal(), SIGSYS)),
              "SECURITY_VIOLATION without a hostile call and without SIGSYS");
    }
  }

  /** Evidence that only one verdict, or one of few, can have. */
  private void forNoOther() {
    Verdict verdict = result.verdict();
    check(
        evidence.deniedSyscall() == null || verdict == Verdict.SECURITY_VIOLATION,
        "a hostile call");
    boolean hostile = verdict == Verdict.SECURITY_VIOLATION && evidence.deniedSyscall() != null;
    boolean output = hostile || verdict == Verdict.OUTPUT_LIMIT;
    check(output || !isOutputOver(), "too much output");
    boolean memory = output || verdict == Verdict.MEMORY_LIMIT;
    check(memory || oomKills() == 0, "an OOM kill");
    boolean cpu = memory || verdict == Verdict.CPU_TIME_LIMIT;
    check(cpu || cpuTime() <= limits.cpuTime().toNanos(), "too much CPU time");
    boolean wall = cpu || verdict == Verdict.WALL_TIME_LIMIT;
    check(wall || evidence.waitStatus() != null, "no wait status");
    check(
        wall || !Objects.equals(result.signal(), SIGSYS) || verdict == Verdict.SECURITY_VIOLATION,
        "SIGSYS");
    check(!"cancelled".equals(evidence.killedFor()), "cancelled by nobody");
    check(result.degraded().isEmpty(), "degraded");
  }

  /** The wall limit may strike between the program's end and that of its PID namespace. */
  private boolean endedByItself() {
    return evidence.killedFor() == null
        || (evidence.killedFor().equals("wallTime") && evidence.waitStatus() != null);
  }

  private boolean isOutputOver() {
    long limit = limits.output().bytes();
    return result.stdout().totalBytes() > limit || result.stderr().totalBytes() > limit;
  }

  private long oomKills() {
    return evidence.oomKills() == null ? 0 : evidence.oomKills();
  }

  private long cpuTime() {
    Usage usage = result.usage();
    return usage.cpuTimeNanos() == null ? 0 : usage.cpuTimeNanos();
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      wrong.add(what);
    }
  }
}
