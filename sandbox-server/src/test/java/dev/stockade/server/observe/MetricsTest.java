package dev.stockade.server.observe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.server.job.FinishedJob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  private static RunResult run(Verdict verdict, long wallNanos, @Nullable String denied) {
    Output nothing = new Output(new byte[0], 0);
    return new RunResult(
        verdict,
        null,
        null,
        nothing,
        nothing,
        new Usage(null, null, null, wallNanos, null, null, null, null, null),
        new Evidence(null, null, null, null, denied, null, null, null),
        List.of(),
        Map.of(),
        Map.of());
  }

  private void assertHas(String line) {
    String text = metrics.text();
    assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not among:\n" + text);
  }

  @Test
  void deniedCallsAreCountedByName() {
    RunResult hostile = run(Verdict.SECURITY_VIOLATION, 1_000_000, "umount2");
    metrics.done(FinishedJob.ran(hostile), Duration.ofMillis(2));
    metrics.done(FinishedJob.ran(hostile), Duration.ofMillis(2));
    assertHas("stockade_denied_calls_total{call=\"umount2\"} 2.0");
    assertHas("stockade_runs_total{verdict=\"SECURITY_VIOLATION\"} 2.0");
    assertHas("stockade_jobs_verdicts_total{verdict=\"SECURITY_VIOLATION\"} 2.0");
  }

  @Test
  void timesAreCountedByStage() {
    RunResult compiled = run(Verdict.OK, 300_000_000, null);
    RunResult ran = run(Verdict.OK, 20_000_000, null);
    metrics.queued(Duration.ofMillis(3));
    metrics.done(new FinishedJob(compiled, false, ran), Duration.ofMillis(400));
    metrics.done(new FinishedJob(compiled, true, ran), Duration.ofMillis(30));
    assertHas("stockade_job_stage_seconds_count{stage=\"queue\"} 1");
    assertHas("stockade_job_stage_seconds_count{stage=\"compile\"} 1");
    assertHas("stockade_job_stage_seconds_sum{stage=\"compile\"} 0.3");
    assertHas("stockade_job_stage_seconds_bucket{stage=\"compile\",le=\"0.25\"} 0");
    assertHas("stockade_job_stage_seconds_bucket{stage=\"compile\",le=\"0.5\"} 1");
    assertHas("stockade_job_stage_seconds_count{stage=\"run\"} 2");
    assertHas("stockade_job_stage_seconds_sum{stage=\"run\"} 0.04");
    assertHas("stockade_job_stage_seconds_sum{stage=\"total\"} 0.43");
    assertHas("stockade_compilations_total{cached=\"true\"} 1.0");
    assertHas("stockade_compilations_total{cached=\"false\"} 1.0");
  }

  @Test
  void gaugesAreAskedWhenSomebodyLooks() {
    AtomicInteger slots = new AtomicInteger(1);
    metrics.gauge("stockade.sandbox.slots", "Slots.", slots::get);
    assertHas("stockade_sandbox_slots 1.0");
    slots.set(7);
    assertHas("stockade_sandbox_slots 7.0");
  }

  @Test
  void jobsThatCameToNothingAreCounted() {
    metrics.notDone(true);
    metrics.notDone(false);
    assertHas("stockade_jobs_ended_total{state=\"cancelled\"} 1.0");
    assertHas("stockade_jobs_ended_total{state=\"failed\"} 1.0");
  }
}
