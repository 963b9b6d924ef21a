package dev.stockade.core.run;

import static dev.stockade.core.InteractionResult.Cause.KILLED;
import static dev.stockade.core.InteractionResult.Cause.LEFT;
import static dev.stockade.core.InteractionResult.Cause.STALLED;
import static dev.stockade.core.InteractionResult.Side.INTERACTOR;
import static dev.stockade.core.InteractionResult.Side.SOLUTION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Interaction;
import dev.stockade.core.InteractionResult;
import dev.stockade.core.Output;
import dev.stockade.core.RunRequest;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.linux.Source;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real programs that talk with each other, and every way in which that can end. */
final class InteractionIT {
  private static final ByteSize TRANSCRIPT = ByteSize.ofBytes(4096);

  /** Its number is 37; at most ten guesses. */
  private static final String ASKER =
      """
      import sys
      for turn in range(10):
          guess = int(input())
          if guess == 37:
              print("right", flush=True)
              sys.exit(0)
          print("higher" if guess < 37 else "lower", flush=True)
      sys.exit(1)
      """;

  private static final String GUESSER =
      """
      low=1; high=100
      while :; do
        guess=$(( (low + high) / 2 ))
        echo $guess
        read answer
        case $answer in
          right) exit 0;;
          higher) low=$(( guess + 1 ));;
          lower) high=$(( guess - 1 ));;
        esac
      done
      """;

  /**
   * Long enough to be waited for; a program that must come to something first has {@link #LONG}.
   */
  private static final LimitOverrides SHORT = wall(Duration.ofSeconds(4));

  private static final LimitOverrides LONG = wall(Duration.ofSeconds(10));

  /** So that the other's time is over first, whoever was begun first. */
  private static final LimitOverrides LONGER = wall(Duration.ofSeconds(30));

  private static Sandbox sandbox;

  @BeforeAll
  static void open() {
    SandboxNeeds.defaultPolicy();
    sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(2, 1));
  }

  @AfterAll
  static void close() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  private static LimitOverrides wall(Duration wall) {
    return new LimitOverrides(null, wall, null, null, null, null);
  }

  private static RunRequest.Builder sh(String script) {
    return RunRequest.command("sh", "-c", script);
  }

  private static RunRequest.Builder python(String script) {
    return RunRequest.command("python3", "-c", script);
  }

  private static InteractionResult run(RunRequest.Builder interactor, RunRequest.Builder solution) {
    return run(interactor, solution, new Cancellation());
  }

  private static InteractionResult run(
      RunRequest.Builder interactor, RunRequest.Builder solution, Cancellation cancellation) {
    return Interaction.run(
        new Interaction.Party(sandbox, interactor.build()),
        new Interaction.Party(sandbox, solution.build()),
        TRANSCRIPT,
        cancellation);
  }

  private static String text(Output output) {
    return new String(output.bytes(), StandardCharsets.UTF_8);
  }

  private static List<String> turns(InteractionResult result) {
    return result.transcript().pieces().stream()
        .map(
            piece -> piece.from() + " " + new String(piece.bytes(), StandardCharsets.UTF_8).strip())
        .toList();
  }

  private static void assertFirst(
      InteractionResult.Side side, InteractionResult.Cause cause, InteractionResult result) {
    assertEquals(side + " " + cause, result.first() + " " + result.cause(), result::toString);
  }

  @Test
  void aNumberIsGuessed() {
    InteractionResult result = run(python(ASKER), sh(GUESSER));
    assertEquals(Verdict.OK, result.interactor().verdict());
    assertEquals(Verdict.OK, result.solution().verdict());
    assertEquals(
        List.of(
            "SOLUTION 50",
            "INTERACTOR lower",
            "SOLUTION 25",
            "INTERACTOR higher",
            "SOLUTION 37",
            "INTERACTOR right"),
        turns(result));
    assertFalse(result.transcript().truncated());
    assertEquals("50\n25\n37\n", text(result.solution().stdout()));
    assertEquals(27 + 1, result.transcript().totalBytes());
  }

  /** Both directions at the same time, each many times what a pipe holds. */
  @Test
  void everyByteArrivesInBothDirections() {
    String sender =
        """
        import os, random, sys, threading
        sent = random.Random(7).randbytes(1 << 20)
        def send():
            sys.stdout.buffer.write(sent)
            sys.stdout.buffer.flush()
            os.close(1)
        thread = threading.Thread(target=send)
        thread.start()
        got = sys.stdin.buffer.read()
        thread.join()
        os._exit(0 if got == sent else 1)
        """;
    InteractionResult result = run(python(sender), sh("exec cat"));
    assertEquals(Verdict.OK, result.interactor().verdict(), result::toString);
    assertEquals(Verdict.OK, result.solution().verdict());
    assertEquals(2 << 20, result.transcript().totalBytes());
    assertTrue(result.transcript().truncated());
    assertEquals(1 << 20, result.solution().stdout().totalBytes());
  }

  @Test
  void theEndOfTheFileIsPassedOn() {
    InteractionResult result =
        run(sh("echo question; exec >&-; cat >/dev/null; exit 0"), sh("cat; echo after the end"));
    assertEquals(Verdict.OK, result.interactor().verdict());
    assertEquals(Verdict.OK, result.solution().verdict());
    assertEquals(List.of("INTERACTOR question", "SOLUTION question\nafter the end"), turns(result));
    assertFirst(INTERACTOR, LEFT, result);
  }

  @Test
  void whoCrashesWasTheFirst() {
    InteractionResult result = run(sh("read x || exit 1"), sh("kill -SEGV $$"));
    assertEquals(Verdict.SIGNALED, result.solution().verdict());
    assertEquals(11, result.solution().signal());
    assertEquals(1, result.interactor().exitCode());
    assertFirst(SOLUTION, LEFT, result);
  }

  @Test
  void whoWritesToSomebodyThatHasLeftGetsSigpipe() {
    InteractionResult result = run(sh("read x; exit 1"), sh("exec yes"));
    assertEquals(1, result.interactor().exitCode());
    assertEquals(Verdict.SIGNALED, result.solution().verdict());
    assertEquals(13, result.solution().signal());
    assertFirst(INTERACTOR, LEFT, result);
  }

  @Test
  void whatOneSaidBeforeItLeftIsStillRead() {
    InteractionResult result =
        run(sh("sleep 0.3; exec wc -c"), sh("exec head -c 200000 /dev/zero"));
    assertEquals("200000\n", text(result.interactor().stdout()));
    assertEquals(Verdict.OK, result.interactor().verdict(), "its last word was not its death");
    assertEquals(Verdict.OK, result.solution().verdict());
    assertFirst(SOLUTION, LEFT, result);
  }

  @Test
  void aFloodMeetsItsOutputLimit() {
    LimitOverrides little =
        new LimitOverrides(null, null, null, null, ByteSize.ofBytes(100_000), null);
    InteractionResult result = run(sh("exec wc -c"), sh("exec yes").limits(little));
    assertEquals(Verdict.OUTPUT_LIMIT, result.solution().verdict());
    assertFirst(SOLUTION, KILLED, result);
    assertEquals("100000\n", text(result.interactor().stdout()));
  }

  /** The flood waits in two pipes and our buffer, 64 KiB each, not in our memory. */
  @Test
  void whoNeverReadsMakesItsPeerWait() {
    InteractionResult result =
        run(sh("exec yes").limits(SHORT), sh("exec sleep 1000").limits(LONG));
    assertEquals(Verdict.WALL_TIME_LIMIT, result.interactor().verdict());
    assertEquals(Verdict.WALL_TIME_LIMIT, result.solution().verdict());
    assertFirst(SOLUTION, STALLED, result);
    assertTrue(result.interactor().stdout().totalBytes() <= 192 << 10, result::toString);
  }

  @Test
  void anInteractorThatNeverReadsIsToBlame() {
    InteractionResult result =
        run(sh("exec sleep 1000").limits(LONG), sh("echo answer; read x").limits(LONGER));
    assertEquals(Verdict.WALL_TIME_LIMIT, result.interactor().verdict());
    assertFirst(INTERACTOR, STALLED, result);
  }

  @Test
  void whenBothWaitForInputTheSolutionStalled() {
    for (boolean solutionIsShort : new boolean[] {true, false}) {
      InteractionResult result =
          run(
              sh("read x").limits(solutionIsShort ? LONG : SHORT),
              sh("read x").limits(solutionIsShort ? SHORT : LONG));
      assertFirst(SOLUTION, STALLED, result);
    }
  }

  @Test
  void bothAreEndedWhenTheyAreCancelled() {
    Cancellation cancellation = new Cancellation();
    OutputStream whenItRuns =
        new OutputStream() {
          @Override
          public void write(int b) {
            cancellation.cancel();
          }
        };
    assertThrows(
        CancellationException.class,
        () ->
            run(
                sh("exec sleep 1000"),
                sh("echo hello; exec sleep 1000").stdoutTo(whenItRuns),
                cancellation));
    assertEquals(List.of(), Processes.busyInits());
    assertThrows(CancellationException.class, () -> run(sh("true"), sh("true"), cancellation));
  }

  @Test
  void theFaultOfOneIsNamedAndEndsTheOther() {
    InvalidRequestException missing =
        assertThrows(
            InvalidRequestException.class,
            () -> run(sh("exec sleep 1000"), RunRequest.command("/no/such/program")));
    assertEquals("solution.command", missing.field());
    RunRequest.Builder tooLong =
        RunRequest.command(Collections.nCopies(200_000, "an argument of a very long list"));
    assertEquals(
        "solution.command",
        assertThrows(InvalidRequestException.class, () -> run(sh("exec yes"), tooLong)).field());
    InvalidRequestException name =
        assertThrows(
            InvalidRequestException.class,
            () -> run(sh("true").limits(wall(Duration.ofDays(1))), sh("true")));
    assertEquals("interactor.limits.wallTime", name.field());
    InvalidRequestException stdin =
        assertThrows(
            InvalidRequestException.class, () -> run(sh("true"), sh("true").stdin("given")));
    assertEquals("solution.stdin", stdin.field());
    assertEquals(List.of(), Processes.busyInits());
    assertEquals(Verdict.OK, run(sh("true"), sh("true")).solution().verdict());
  }

  @Test
  void oneSlotIsNotEnough() {
    try (Sandbox small = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 0))) {
      Interaction.Party party = new Interaction.Party(small, sh("true").build());
      assertThrows(
          IllegalArgumentException.class,
          () -> Interaction.run(party, party, TRANSCRIPT, new Cancellation()));
    }
  }

  /** Each takes two of three slots, in one sandbox or in both, in either order. */
  @Test
  void manyWithFewSlotsDoNotWaitForEachOther() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Sandbox other = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1))) {
      Interaction.Party asking = new Interaction.Party(sandbox, sh("echo a; read x").build());
      Interaction.Party asksElsewhere = new Interaction.Party(other, sh("echo a; read x").build());
      Interaction.Party answering = new Interaction.Party(sandbox, sh("read x; echo b").build());
      Interaction.Party elsewhere = new Interaction.Party(other, sh("read x; echo b").build());
      List<Future<InteractionResult>> running = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        Interaction.Party interactor = i % 3 == 1 ? asksElsewhere : asking;
        Interaction.Party solution = i % 3 == 2 ? elsewhere : answering;
        running.add(
            threads.submit(
                () -> Interaction.run(interactor, solution, TRANSCRIPT, new Cancellation())));
      }
      for (Future<InteractionResult> one : running) {
        assertEquals(List.of("INTERACTOR a", "SOLUTION b"), turns(one.get()));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** They have no pipe and no file description in common, only what the server passes on. */
  @Test
  void whatOneDoesToItsEndsTheOtherDoesNotSee() {
    String looks =
        """
        import fcntl, os, sys
        F_GETPIPE_SZ = 1032
        def look():
            return [(fcntl.fcntl(fd, fcntl.F_GETFL), fcntl.fcntl(fd, F_GETPIPE_SZ)) for fd in (0, 1)]
        before = look()
        print("go", flush=True)
        line = input()
        sys.exit(0 if look() == before and line == "done" else 1)
        """;
    String changes =
        """
        import fcntl, os
        F_SETPIPE_SZ = 1031
        input()
        said = b"done"
        for fd in (0, 1):
            fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK)
            fcntl.fcntl(fd, F_SETPIPE_SZ, 4096)
        try:
            os.open("/proc/self/fd/0", os.O_WRONLY)
            said = b"could write to its own input"
        except PermissionError:
            pass
        os.write(1, said + bytes([10]))
        """;
    InteractionResult result = run(python(looks), python(changes));
    assertEquals(List.of("INTERACTOR go", "SOLUTION done"), turns(result));
    assertEquals(Verdict.OK, result.interactor().verdict(), result::toString);
    assertEquals(Verdict.OK, result.solution().verdict(), result::toString);
  }

  @Test
  void devStdinCanBeOpenedAnew() {
    InteractionResult result =
        run(sh("echo a; read x; [ $x = a ]"), sh("read x < /dev/stdin; echo $x > /dev/stdout"));
    assertEquals(List.of("INTERACTOR a", "SOLUTION a"), turns(result));
    assertEquals(Verdict.OK, result.interactor().verdict());
  }

  /** Nothing was heard outside: both are begun again, as a run by itself is. */
  @Test
  void whenSomebodyKillsAnInitBothAreBegunAgain(@TempDir Path folder) throws Exception {
    NextAttempt next = new NextAttempt(folder);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<InteractionResult> running =
          thread.submit(() -> run(sh("echo a; read x"), next.request("read x; . ./next; echo b")));
      Processes.await("both run", () -> Processes.busyInits().size() == 2);
      next.goesOn();
      Processes.kill(Processes.busyInits().get(0));
      InteractionResult result = running.get();
      assertEquals(List.of("INTERACTOR a", "SOLUTION b"), turns(result));
      assertEquals(Verdict.OK, result.interactor().verdict());
      assertEquals(Verdict.OK, result.solution().verdict());
    } finally {
      thread.shutdownNow();
    }
  }

  /** As when the process ends: sandboxes are ended one after the other, each waits for its runs. */
  @Test
  void theEndOfOneSandboxEndsBoth() throws Exception {
    Policy policy = Policies.named("default");
    JobOrder order =
        new JobOrder(
            List.of("/bin/sleep".getBytes(StandardCharsets.UTF_8), new byte[] {'9', '9', '9'}),
            policy.environment(),
            new Source.OfBytes(new byte[0]),
            List.of(),
            List.of(),
            policy.limits(),
            null,
            null,
            null);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SlotPool first = SandboxHost.shared().open(policy, 1, 0, false, false);
        SlotPool second = SandboxHost.shared().open(policy, 1, 0, false, false)) {
      Future<PairOutcome> running =
          thread.submit(
              () ->
                  JobPair.run(
                      new JobPair.Member(first, order),
                      new JobPair.Member(second, order),
                      0,
                      cancel -> {}));
      Processes.await("both run", () -> Processes.busyInits().size() == 2);
      first.end();
      assertEquals(JobOutcome.KilledFor.CANCELLED, running.get().interactor().killedFor());
      assertEquals(JobOutcome.KilledFor.CANCELLED, running.get().solution().killedFor());
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void nothingIsLeftBehind() throws Exception {
    long most = 0;
    for (int i = 0; i < 3; i++) {
      run(sh("read x"), sh("echo a"));
      Processes.awaitOnlySpares(2);
      // A spare that waits is not known to be ready yet, and more descriptors are its.
      most = Math.max(most, Processes.settledDescriptorsOfRuns());
    }
    long descriptors = most;
    for (int i = 0; i < 50; i++) {
      InteractionResult result =
          i % 2 == 0 ? run(sh("read x"), sh("echo a")) : run(sh("exit 1"), sh("exec yes"));
      assertEquals(i % 2 == 0 ? 0 : 1, result.interactor().exitCode());
    }
    assertEquals(List.of(), Processes.busyInits());
    Processes.awaitOnlySpares(2);
    // Others of this process, such as the Java VM's own, come and go.
    Processes.await(
        "there are no more descriptors than before, " + descriptors,
        () -> Processes.descriptorsOfRuns() <= descriptors);
  }
}
