package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.Policies;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sandboxes that are closed while programs run in them. */
final class ClosingIT {
  @BeforeAll
  static void need() {
    SandboxNeeds.defaultPolicy();
  }

  /**
   * Regression: who came second returned at once, so that an ending process left cgroups behind.
   */
  @Test
  void whoClosesWhatIsBeingClosedWaitsToo() throws Exception {
    Sandbox closing = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1));
    CountDownLatch running = new CountDownLatch(1);
    Cancellation enough = new Cancellation();
    RunRequest request =
        RunRequest.command("sh", "-c", "echo; exec sleep 1000")
            .stdoutTo(
                new OutputStream() {
                  @Override
                  public void write(int b) {
                    running.countDown();
                  }
                })
            .build();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Future<RunResult> run = threads.submit(() -> closing.run(request, enough));
      running.await();
      Thread first = waiting(closing::close);
      Thread second = waiting(closing::close);
      enough.cancel();
      first.join();
      second.join();
      assertThrows(ExecutionException.class, run::get);
    } finally {
      threads.shutdown();
    }
  }

  /** A thread that waits within what it does; fails when that is over. */
  private static Thread waiting(Runnable work) throws InterruptedException {
    Thread thread = new Thread(work);
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(thread.isAlive(), "it did not wait");
      Thread.sleep(1);
    }
    return thread;
  }
}
