package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Cancellation;
import dev.stockade.core.LiveRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Processes killed from outside at every moment, interrupts, and closing: what is lost, and kept.
 */
final class BadDaysIT {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    SandboxNeeds.defaultPolicy();
    sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1));
  }

  @AfterEach
  void close() throws InterruptedException {
    threads.shutdown();
    if (sandbox != null) {
      sandbox.close();
    }
    assertEquals(List.of(), Processes.zygotes());
    assertEquals(List.of(), Processes.inits());
  }

  private static RunRequest.Builder sh(String script) {
    return RunRequest.command("sh", "-c", script);
  }

  private void assertRuns() {
    RunResult result = sandbox.run(sh("cat in").file("in", "x").outputFile("in").build());
    assertEquals(Verdict.OK, result.verdict());
    assertEquals("x", new String(result.stdout().bytes(), StandardCharsets.UTF_8));
    assertArrayEquals(new byte[] {'x'}, result.files().get("in"));
  }

  private Future<RunResult> begin(RunRequest request) throws InterruptedException {
    Future<RunResult> run = threads.submit(() -> sandbox.run(request));
    // Or has run: this thread may have had to wait for a processor all the while.
    Processes.await("a program runs", () -> run.isDone() || !Processes.busyInits().isEmpty());
    return run;
  }

  /** The init of the last run may be there for a while beside it. */
  private static void awaitSpare() throws InterruptedException {
    Processes.await("a spare waits", () -> Processes.waitingInits().size() == 1);
  }

  private static Throwable failure(Callable<?> run) {
    return assertThrows(ExecutionException.class, run::call).getCause();
  }

  /** A spare that always fails would only be slow: its zygote is started anew for every run. */
  @Test
  void everyRunTakesItsSpareAndTheZygoteStays() throws Exception {
    awaitSpare();
    long zygote = Processes.zygotes().get(0);
    for (int i = 0; i < 10; i++) {
      assertRuns();
      // Until it has its own name, a newborn init has that of its zygote.
      awaitSpare();
      assertEquals(List.of(zygote), Processes.zygotes());
    }
  }

  @Test
  void aZygoteKilledBetweenRunsIsReplaced() {
    for (int i = 0; i < 5; i++) {
      Processes.zygotes().forEach(Processes::kill);
      assertRuns();
    }
  }

  @Test
  void aZygoteKilledDuringARunDoesNotHarmIt() throws Exception {
    Future<RunResult> run = begin(sh("sleep 3; echo done > out").outputFile("out").build());
    Processes.zygotes().forEach(Processes::kill);
    // The output file is read by the zygote: the run is made once more, in another.
    assertEquals("done\n", new String(run.get().files().get("out"), StandardCharsets.UTF_8));
    assertRuns();
  }

  /**
   * The spare of a killed zygote lives on and is used, while the next is made by a new zygote: the
   * memory shared with the old one must stay until that run is over.
   */
  @Test
  void aSpareOutlivesItsZygote() throws Exception {
    for (int i = 0; i < 5; i++) {
      awaitSpare();
      long zygote = Processes.zygotes().get(0);
      Processes.kill(zygote);
      RunResult result = sandbox.run(sh("sleep 0.2; exit 3").build());
      assertEquals(3, result.exitCode());
      Processes.await(
          "another zygote is there", () -> !List.of(zygote).equals(Processes.zygotes()));
    }
  }

  @Test
  void aSpareKilledWhileItWaitsIsReplaced() throws Exception {
    for (int i = 0; i < 5; i++) {
      awaitSpare();
      Processes.inits().forEach(Processes::kill);
      assertRuns();
    }
  }

  @Test
  void aListenerDoesNotStandInTheWayOfASecondAttempt() throws Exception {
    awaitSpare();
    Processes.inits().forEach(Processes::kill);
    // Until the kernel has come to it, its payload could still take the request and be heard.
    Processes.await("the spare is dead", () -> Processes.waitingInits().isEmpty());
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    sandbox.run(sh("echo once").stdoutTo(heard).build());
    assertEquals("once\n", heard.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aRunWhoseInitIsKilledIsMadeOnceMore() throws Exception {
    Future<RunResult> run = begin(sh("sleep 3; echo again").build());
    Processes.busyInits().forEach(Processes::kill);
    assertEquals("again\n", new String(run.get().stdout().bytes(), StandardCharsets.UTF_8));
    assertRuns();
  }

  @Test
  void aRunWhoseInitIsKilledAgainAndAgainIsAFaultOfOurs() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Future<RunResult> run = begin(sh("sleep 100").build());
    Future<?> killer =
        threads.submit(
            () -> {
              while (!over.get()) {
                Processes.busyInits().forEach(Processes::kill);
              }
            });
    try {
      assertEquals(EndedFromOutsideException.class, failure(run::get).getClass());
    } finally {
      over.set(true);
      killer.get();
    }
    assertRuns();
  }

  @Test
  void outputThatWasHeardIsNotHeardTwice() throws Exception {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    Future<RunResult> run = begin(sh("echo once; sleep 100").stdoutTo(heard).build());
    Processes.await("the output is heard", () -> heard.size() > 0);
    Processes.busyInits().forEach(Processes::kill);
    assertEquals(EndedFromOutsideException.class, failure(run::get).getClass());
    assertEquals("once\n", heard.toString(StandardCharsets.UTF_8));
    assertRuns();
  }

  /** Zygotes and inits die at any step of theirs while runs are begun one after the other. */
  @Test
  void killsAtAnyStepLoseNothingButTheirRun() throws Exception {
    // As long as a zygote and a run need on this machine, and shorter; it may become slower yet.
    long start = System.nanoTime();
    try (Sandbox another = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1))) {
      another.run(sh("cat in").file("in", "x").outputFile("in").build());
    }
    long longest = Math.max(60, 2 * TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger kills = new AtomicInteger();
    Future<?> killer =
        threads.submit(
            () -> {
              while (!over.get()) {
                List<Long> victims = new ArrayList<>(Processes.zygotes());
                victims.addAll(Processes.inits());
                if (!victims.isEmpty()) {
                  Processes.kill(victims.get(kills.getAndIncrement() % victims.size()));
                }
                int slower = 1 + kills.get() / 100;
                Thread.sleep(kills.get() * 7L % (longest * slower));
              }
              return null;
            });
    int ok = 0;
    List<String> faults = new ArrayList<>();
    try {
      while (kills.get() < 100 || (ok == 0 && kills.get() < 1000)) {
        try {
          RunResult result = sandbox.run(sh("cat in").file("in", "x").outputFile("in").build());
          assertEquals(Verdict.OK, result.verdict());
          assertEquals("x", new String(result.stdout().bytes(), StandardCharsets.UTF_8));
          ok++;
        } catch (SandboxException e) {
          faults.add(e.toString());
        }
      }
    } finally {
      over.set(true);
      killer.get();
    }
    assertTrue(ok > 0, faults::toString);
    for (String fault : faults) {
      assertTrue(fault.contains("was ended from outside"), fault);
    }
    assertRuns();
  }

  /**
   * Init waits for every process of its namespace, so an orphan's exit status stands where the
   * program's will: it must not be taken for it.
   */
  @Test
  void anOrphansExitStatusIsNotTheProgramsOwn() {
    RunResult result =
        sandbox.run(
            sh("(setsid true &); sleep 100")
                .limits(new LimitOverrides(null, Duration.ofMillis(500), null, null, null, null))
                .build());
    assertEquals(Verdict.WALL_TIME_LIMIT, result.verdict());
    assertEquals(null, result.exitCode());
    assertEquals(9, result.signal());
    assertEquals(null, result.evidence().waitStatus());
  }

  @Test
  void aRunCancelledWhileItWaitsForASlotIsCancelled() throws Exception {
    Future<RunResult> first = begin(sh("sleep 3").build());
    Cancellation cancellation = new Cancellation();
    Future<RunResult> second =
        threads.submit(() -> sandbox.run(sh("sleep 100").build(), cancellation));
    Thread.sleep(50);
    cancellation.cancel();
    assertEquals(CancellationException.class, failure(second::get).getClass());
    assertEquals(Verdict.OK, first.get().verdict());
    assertRuns();
  }

  @Test
  void aCancellationAtAnyMomentIsACancellationOrTooLate() throws Exception {
    int cancelled = 0;
    for (int i = 0; i < 40; i++) {
      Cancellation cancellation = new Cancellation();
      Future<RunResult> run =
          threads.submit(() -> sandbox.run(RunRequest.command("true").build(), cancellation));
      Thread.sleep(i / 4, i % 4 * 250_000);
      cancellation.cancel();
      try {
        assertEquals(Verdict.OK, run.get().verdict());
      } catch (ExecutionException e) {
        assertEquals(CancellationException.class, e.getCause().getClass());
        cancelled++;
      }
    }
    assertTrue(cancelled > 0, "none was cancelled in time");
    assertRuns();
  }

  @Test
  void anInterruptLosesNoProcess() throws Exception {
    for (int i = 0; i < 20; i++) {
      int delay = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  sandbox.run(RunRequest.command("true").build());
                } catch (SandboxException e) {
                  assertTrue(Thread.currentThread().isInterrupted(), e::toString);
                }
              });
      thread.start();
      Thread.sleep(delay % 8);
      thread.interrupt();
      thread.join();
    }
    assertRuns();
    Thread.currentThread().interrupt();
    sandbox.close();
    assertTrue(Thread.interrupted());
    sandbox = null; // close() above must have left no process
  }

  @Test
  void closingWaitsForTheRunThatGoesOnAndRefusesOthers() throws Exception {
    LiveRun live = new LiveRun(new Nobody());
    Future<RunResult> running = begin(sh("cat; exit 7").build().attendedBy(live));
    Future<RunResult> waiting = threads.submit(() -> sandbox.run(sh("exit 8").build()));
    Thread closing = new Thread(sandbox::close);
    closing.start();
    while (closing.getState() != Thread.State.WAITING) {
      assertTrue(closing.isAlive(), "it did not wait");
      Thread.sleep(1);
    }
    live.endInput();
    assertEquals(7, running.get().exitCode());
    closing.join();
    assertEquals(List.of(), Processes.zygotes());
    // It may have waited for the slot before close() did.
    assertEquals(IllegalStateException.class, failure(waiting::get).getClass());
    assertThrows(IllegalStateException.class, () -> sandbox.run(sh("exit 9").build()));
    assertFalse(Thread.currentThread().isInterrupted());
  }
}
