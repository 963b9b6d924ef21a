package dev.stockade.server.cli;

import dev.stockade.client.Job;
import dev.stockade.client.Language;
import dev.stockade.client.Limits;
import dev.stockade.client.Result;
import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.server.job.FinishedJob;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a server said of a run, as if it had been run here. */
final class RemoteResult {
  private RemoteResult() {}

  static FinishedJob of(Job job) {
    Result compile = job.compile();
    boolean cached = compile != null && Boolean.TRUE.equals(compile.cached());
    return new FinishedJob(
        compile == null ? null : of(compile),
        cached,
        job.result() == null ? null : of(job.result()));
  }

  static RunLimits of(Language language, LimitOverrides asked) {
    return new RunLimits(
        of(language.limits()).with(asked),
        of(language.ceilings()),
        language.compileLimits() == null ? null : of(language.compileLimits()));
  }

  private static dev.stockade.core.policy.Limits of(Limits limits) {
    return new dev.stockade.core.policy.Limits(
        limits.cpuTime(),
        limits.wallTime(),
        ByteSize.ofBytes(limits.memoryBytes()),
        limits.pids(),
        ByteSize.ofBytes(limits.outputBytes()),
        limits.cpus());
  }

  private static RunResult of(Result result) {
    return new RunResult(
        Verdict.valueOf(result.verdict().name()),
        result.exitCode(),
        result.signal(),
        new Output(result.stdout().bytes(), result.stdout().totalBytes()),
        new Output(result.stderr().bytes(), result.stderr().totalBytes()),
        of(result.usage()),
        of(result.evidence()),
        result.degraded(),
        result.files(),
        result.fileErrors());
  }

  private static Usage of(dev.stockade.client.Usage usage) {
    return new Usage(
        nanos(usage.cpuTime()),
        nanos(usage.userTime()),
        nanos(usage.systemTime()),
        usage.wallTime().toNanos(),
        usage.memoryPeakBytes(),
        usage.memoryPeakSource(),
        usage.pidsPeak(),
        usage.involuntarySwitches(),
        nanos(usage.cpuPressure()));
  }

  private static Evidence of(dev.stockade.client.Evidence evidence) {
    return new Evidence(
        evidence.waitStatus(),
        evidence.oomKills(),
        evidence.pidsLimitHits(),
        evidence.killedFor(),
        evidence.deniedSyscall(),
        nanos(evidence.cpuThrottled()),
        nanos(evidence.cpuTimeOvershoot()),
        nanos(evidence.wallTimeOvershoot()));
  }

  private static @Nullable Long nanos(@Nullable Duration time) {
    return time == null ? null : time.toNanos();
  }
}
