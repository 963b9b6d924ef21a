package dev.stockade.core;

import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A sandbox, and threads for runs in it that somebody attends. */
final class AttendedRuns implements AutoCloseable {
  /** As long as no test waits. */
  static final LimitOverrides LONG =
      new LimitOverrides(null, Duration.ofSeconds(60), null, null, null, null);

  private final Sandbox sandbox;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  AttendedRuns(SandboxOptions options) {
    SandboxNeeds.defaultPolicy();
    sandbox = Sandbox.open(Policies.named("default"), options);
  }

  Sandbox sandbox() {
    return sandbox;
  }

  /** Begins a run. */
  Future<RunResult> begin(RunRequest request, Cancellation cancellation) {
    return threads.submit(() -> sandbox.run(request, cancellation));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    sandbox.close();
  }
}
