package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs that keep to one processor. */
final class PinnedIT {
  private static final String MINE = "grep ^Cpus_allowed_list: /proc/self/status | cut -f2";

  private static Sandbox pinned;
  private static int slots;

  @BeforeAll
  static void open() {
    SandboxNeeds.defaultPolicy();
    slots = processors().size();
    pinned = Sandbox.open(Policies.named("default"), new SandboxOptions(slots, 1, true));
  }

  @AfterAll
  static void close() {
    if (pinned != null) {
      pinned.close();
    }
  }

  /** Those that an unpinned run may use. */
  private static Set<String> processors() {
    try (Sandbox sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 0))) {
      String list =
          out(sandbox, "python3", "-c", "import os; print(*sorted(os.sched_getaffinity(0)))");
      return new TreeSet<>(List.of(list.split(" ")));
    }
  }

  private static String out(Sandbox sandbox, String... command) {
    RunResult result = sandbox.run(RunRequest.command(command).build());
    String errors = new String(result.stderr().bytes(), StandardCharsets.UTF_8);
    assertEquals(Verdict.OK, result.verdict(), errors);
    return new String(result.stdout().bytes(), StandardCharsets.UTF_8).strip();
  }

  @Test
  void aRunAndItsChildrenHaveOneProcessor() {
    String list = out(pinned, "sh", "-c", MINE + "; (" + MINE + ")");
    List<String> both = list.lines().toList();
    assertEquals(2, both.size());
    assertEquals(both.get(0), both.get(1));
    assertTrue(processors().contains(both.get(0)), list);
  }

  @Test
  void aProgramCannotLeaveIt() {
    String script =
        """
        import os, errno
        mine = os.sched_getaffinity(0)
        for wanted in (range(1024), mine):
            try:
                os.sched_setaffinity(0, wanted)
                print("changed")
            except OSError as e:
                print(errno.errorcode[e.errno])
        print(mine == os.sched_getaffinity(0), len(mine))
        """;
    assertEquals("EPERM\nEPERM\nTrue 1", out(pinned, "python3", "-c", script));
  }

  @Test
  void runsAtOneTimeHaveDifferentProcessors() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(slots);
    try {
      CountDownLatch all = new CountDownLatch(slots);
      List<Future<String>> runs = new ArrayList<>();
      for (int i = 0; i < slots; i++) {
        runs.add(threads.submit(() -> outWhenAllRun(all)));
      }
      Set<String> had = new HashSet<>();
      for (Future<String> run : runs) {
        had.add(run.get());
      }
      assertEquals(processors(), had);
    } finally {
      threads.shutdownNow();
    }
  }

  /** What a run says that is ended when all have said something. */
  private static String outWhenAllRun(CountDownLatch all) throws InterruptedException {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    OutputStream line =
        new OutputStream() {
          @Override
          public void write(int b) {
            heard.write(b);
            if (b == '\n') {
              all.countDown();
            }
          }
        };
    Cancellation enough = new Cancellation();
    RunRequest stays =
        RunRequest.command("sh", "-c", MINE + "; exec sleep 1000")
            .limits(new LimitOverrides(null, Duration.ofMinutes(2), null, null, null, null))
            .stdoutTo(line)
            .build();
    Thread ender =
        new Thread(
            () -> {
              try {
                all.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              enough.cancel();
            });
    ender.setDaemon(true);
    ender.start();
    assertThrows(CancellationException.class, () -> pinned.run(stays, enough));
    ender.join();
    return heard.toString(StandardCharsets.UTF_8).strip();
  }

  @Test
  void explainShowsTheStepAndTheRule() {
    Explanation explanation =
        Explanation.of(Policies.named("default"), List.of("true"), new SandboxOptions(1, 1, true));
    String step = "sched_setaffinity(0, 128, the run's processor)";
    assertTrue(explanation.text().contains(step));
    assertEquals(
        1, explanation.text().lines().filter(line -> line.contains("sched_setaffinity(")).count());
    assertTrue(!Explanation.of(Policies.named("default"), List.of("true")).text().contains(step));
  }
}
