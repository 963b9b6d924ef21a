package dev.stockade.core;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.run.JobOutcome;
import dev.stockade.core.run.JobOutcome.KilledFor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Derives the verdict from evidence. Order of judgement: who killed it and for which limit, limits
 * that it passed although it ended by itself, OOM events, the end of a service that was asked to
 * end, seccomp's signal, other signals, exit status.
 */
final class Judge {
  private Judge() {}

  static RunResult judge(JobOutcome outcome, Limits limits, List<String> degraded) {
    Integer exitCode = exitCode(outcome.waitStatus());
    Integer signal = signal(outcome);
    var used = outcome.usage();
    Verdict verdict = verdict(outcome, limits);
    return new RunResult(
        verdict,
        exitCode,
        signal,
        new Output(outcome.stdout(), outcome.stdoutBytes()),
        new Output(outcome.stderr(), outcome.stderrBytes()),
        new Usage(
            used.cpuTimeNanos(),
            used.userTimeNanos(),
            used.systemTimeNanos(),
            outcome.wallTimeNanos(),
            used.memoryPeakBytes(),
            used.memoryPeakSource(),
            used.pidsPeak(),
            outcome.involuntarySwitches(),
            used.cpuPressureNanos()),
        new Evidence(
            outcome.waitStatus(),
            used.oomKills(),
            used.pidsLimitHits(),
            outcome.killedFor() == null ? null : outcome.killedFor().text(),
            outcome.deniedSyscall(),
            used.cpuThrottledNanos(),
            verdict == Verdict.CPU_TIME_LIMIT && used.cpuTimeNanos() != null
                ? (Long) (used.cpuTimeNanos() - limits.cpuTime().toNanos())
                : null,
            verdict == Verdict.WALL_TIME_LIMIT
                ? (Long) (outcome.wallTimeNanos() - limits.wallTime().toNanos())
                : null),
        degraded,
        outcome.files(),
        outcome.fileErrors());
  }

  static Verdict verdict(JobOutcome outcome, Limits limits) {
    KilledFor killedFor = outcome.killedFor();
    boolean endedByItself = outcome.waitStatus() != null;
    if (killedFor == KilledFor.DENIED_SYSCALL) {
      return Verdict.SECURITY_VIOLATION;
    }
    if (killedFor == KilledFor.OUTPUT || isOutputOver(outcome, limits)) {
      return Verdict.OUTPUT_LIMIT;
    }
    Long oomKills = outcome.usage().oomKills();
    if (oomKills != null && oomKills > 0) {
      return Verdict.MEMORY_LIMIT;
    }
    Long cpu = outcome.usage().cpuTimeNanos();
    if (killedFor == KilledFor.CPU_TIME || (cpu != null && cpu > limits.cpuTime().toNanos())) {
      return Verdict.CPU_TIME_LIMIT;
    }
    if (killedFor == KilledFor.WALL_TIME && !endedByItself) {
      return Verdict.WALL_TIME_LIMIT;
    }
    if (killedFor == KilledFor.DISMISSED && !endedByItself) {
      return Verdict.OK;
    }
    if (signalOf(outcome.waitStatus()) == Constants.SIGSYS) {
      return Verdict.SECURITY_VIOLATION;
    }
    if (signalOf(outcome.waitStatus()) != 0) {
      return Verdict.SIGNALED;
    }
    Integer exitCode = exitCode(outcome.waitStatus());
    return exitCode != null && exitCode == 0 ? Verdict.OK : Verdict.NONZERO_EXIT;
  }

  private static boolean isOutputOver(JobOutcome outcome, Limits limits) {
    long limit = limits.output().bytes();
    return outcome.stdoutBytes() > limit || outcome.stderrBytes() > limit;
  }

  private static @Nullable Integer signal(JobOutcome outcome) {
    if (outcome.waitStatus() == null) {
      return Constants.SIGKILL; // with its namespace, by us or by the OOM killer
    }
    int signal = signalOf(outcome.waitStatus());
    return signal == 0 ? null : (Integer) signal;
  }

  /** WTERMSIG, see wait(2); 0 when no signal ended it. */
  private static int signalOf(@Nullable Integer waitStatus) {
    return waitStatus == null ? 0 : waitStatus & 0x7f;
  }

  /** WEXITSTATUS, see wait(2). */
  private static @Nullable Integer exitCode(@Nullable Integer waitStatus) {
    return waitStatus == null || signalOf(waitStatus) != 0 ? null : (waitStatus >> 8) & 0xff;
  }
}
