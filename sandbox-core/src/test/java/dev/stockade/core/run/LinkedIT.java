package dev.stockade.core.run;

import static dev.stockade.core.run.LinkedPrograms.AMPLE;
import static dev.stockade.core.run.LinkedPrograms.CLIENT;
import static dev.stockade.core.run.LinkedPrograms.SERVER;
import static dev.stockade.core.run.LinkedPrograms.after;
import static dev.stockade.core.run.LinkedPrograms.assertNotNull;
import static dev.stockade.core.run.LinkedPrograms.assertVerdict;
import static dev.stockade.core.run.LinkedPrograms.children;
import static dev.stockade.core.run.LinkedPrograms.program;
import static dev.stockade.core.run.LinkedPrograms.python;
import static dev.stockade.core.run.LinkedPrograms.ran;
import static dev.stockade.core.run.LinkedPrograms.run;
import static dev.stockade.core.run.LinkedPrograms.service;
import static dev.stockade.core.run.LinkedPrograms.telling;
import static dev.stockade.core.run.LinkedPrograms.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Cancellation;
import dev.stockade.core.LinkedResult;
import dev.stockade.core.LinkedRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.linux.Source;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of one job in one private network, and every way in which that can end. */
final class LinkedIT {
  private static final LimitOverrides WALL =
      new LimitOverrides(null, Duration.ofSeconds(2), null, null, null, null);

  private static final byte[] SLEEP = "echo up; sleep 60".getBytes(US_ASCII);

  @BeforeAll
  static void open() {
    SandboxNeeds.defaultPolicy();
    LinkedPrograms.open();
  }

  @AfterAll
  static void close() {
    LinkedPrograms.close();
  }

  @Test
  void aProgramWhoseServerHasEndedIsNotStarted() {
    LinkedResult crashed =
        run(
            service("server", RunRequest.command("sh", "-c", "exit 3")),
            after("server", "client", python(CLIENT, "127.0.0.1")));
    assertVerdict(Verdict.NONZERO_EXIT, crashed);
    assertNull(crashed.programs().get(1).result());
    assertEquals(
        "server ended before anybody listened on TCP port 8080",
        crashed.programs().get(1).notStarted());
    LinkedResult left =
        run(
            service("server", RunRequest.command("true")),
            after("server", "client", python(CLIENT, "127.0.0.1")));
    assertEquals(Optional.empty(), left.verdict(), left::toString);
  }

  /** What waits for it waits no longer than its wall time. */
  @Test
  void aServerThatNeverListensHasItsWallTime() {
    LinkedResult result =
        run(
            service("server", RunRequest.command("sleep", "100").limits(WALL)),
            after("server", "client", python(CLIENT, "127.0.0.1")));
    assertVerdict(Verdict.WALL_TIME_LIMIT, result);
    assertFalse(result.programs().get(0).dismissed());
  }

  @Test
  void theFirstBadVerdictOfAProgramThatIsNoServiceIsTheFirstReason() {
    LinkedResult result =
        run(
            service("service", RunRequest.command("sh", "-c", "exit 3")),
            program("good", python("pass")),
            program("killed", RunRequest.command("sh", "-c", "kill -9 $$")),
            program("bad", RunRequest.command("false")));
    assertVerdict(Verdict.SIGNALED, result);
    assertEquals(Verdict.NONZERO_EXIT, ran(result, 3).verdict());
  }

  /** One that ends the memory it has takes nobody with it. */
  @Test
  void eachHasItsOwnLimits() {
    LinkedResult result =
        run(
            service("server", python(SERVER, "127.0.0.1")),
            program(
                "hungry",
                python("x = bytearray(1 << 30)")
                    .limits(
                        new LimitOverrides(
                            AMPLE.cpuTime(),
                            AMPLE.wallTime(),
                            ByteSize.ofMebibytes(64),
                            null,
                            null,
                            null))),
            after("server", "client", python(CLIENT, "127.0.0.1")));
    assertVerdict(Verdict.MEMORY_LIMIT, result);
    assertEquals("HELLO", text(result, 2));
  }

  @Test
  void eightMeet() {
    List<LinkedRun.Program> all = new ArrayList<>();
    all.add(service("server", python(SERVER, "127.0.0.1")));
    for (int i = 1; i < LinkedRun.MOST_PROGRAMS; i++) {
      all.add(after("server", "client " + i, python(CLIENT, "127.0.0.1")));
    }
    LinkedResult result = LinkedRun.run(all, new Cancellation());
    assertVerdict(Verdict.OK, result);
    for (int i = 1; i < LinkedRun.MOST_PROGRAMS; i++) {
      assertEquals("HELLO", text(result, i));
    }
  }

  /** One runs, one waits for it. */
  @Test
  void cancellingEndsThoseThatRunAndThoseThatWait() throws Exception {
    CountDownLatch up = new CountDownLatch(1);
    Cancellation cancellation = new Cancellation();
    Set<Integer> before = children();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<LinkedResult> running =
          thread.submit(
              () ->
                  LinkedRun.run(
                      List.of(
                          service(
                              "server",
                              RunRequest.command("sh", "-c", "echo up; sleep 60")
                                  .stdoutTo(telling(up))),
                          after("server", "client", python(CLIENT, "127.0.0.1"))),
                      cancellation));
      assertTrue(up.await(5, TimeUnit.MINUTES));
      cancellation.cancel();
      ExecutionException ended = assertThrows(ExecutionException.class, running::get);
      assertInstanceOf(CancellationException.class, ended.getCause());
      assertEquals(before, children());
    } finally {
      cancellation.cancel();
      thread.shutdown();
    }
  }

  /** Nobody has noticed anything of the programs yet, so all are run again, in another network. */
  @Test
  void whenOneIsKilledFromOutsideAllRunAgain(@TempDir Path folder) throws Exception {
    NextAttempt next = new NextAttempt(folder);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<LinkedResult> running =
          thread.submit(
              () ->
                  run(
                      program("one", next.request(". ./next")),
                      program("two", next.request(". ./next"))));
      Processes.await("both run", () -> Processes.busyInits().size() == 2);
      next.goesOn();
      Processes.kill(Processes.busyInits().get(0));
      assertVerdict(Verdict.OK, running.get());
    } finally {
      thread.shutdown();
    }
  }

  @Test
  void aCommandThatIsNotThereEndsTheOthers() {
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class,
            () ->
                run(
                    program("sleeps", RunRequest.command("sleep", "100")),
                    program("missing", RunRequest.command("/no/such/program"))));
    assertEquals("programs[1].command", refused.field());
  }

  @Test
  void theProgramsOfASandboxThatClosesAreCancelled() throws Exception {
    CountDownLatch up = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SlotPool pool = SandboxHost.shared().open(Policies.named("bash"), 1, 0, false, false)) {
      JobOrder order =
          new JobOrder(
              List.of("sh".getBytes(US_ASCII), "-c".getBytes(US_ASCII), SLEEP),
              Map.of("PATH", "/usr/bin:/bin"),
              new Source.OfBytes(new byte[0]),
              List.of(),
              List.of(),
              Policies.named("bash").limits(),
              telling(up),
              null,
              null);
      LinkedJob.Member member = new LinkedJob.Member(pool, order, false, null);
      Future<List<LinkedOutcome>> running =
          thread.submit(() -> LinkedJob.run(List.of(member, member), canceller -> {}));
      assertTrue(up.await(5, TimeUnit.MINUTES));
      pool.end();
      running
          .get()
          .forEach(
              one ->
                  assertEquals(
                      JobOutcome.KilledFor.CANCELLED,
                      assertNotNull(one.job(), one::toString).killedFor()));
    } finally {
      thread.shutdown();
    }
  }
}
