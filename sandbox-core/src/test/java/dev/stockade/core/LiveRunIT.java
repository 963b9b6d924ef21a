package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.LiveRun.Signal;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real programs that somebody attends while they run. */
@Timeout(120)
final class LiveRunIT {
  private static AttendedRuns runs;
  private static Sandbox sandbox;

  @BeforeAll
  static void open() {
    runs = new AttendedRuns(new SandboxOptions(1, 1));
    sandbox = runs.sandbox();
  }

  @AfterAll
  static void close() {
    if (runs != null) {
      runs.close();
    }
  }

  private static Attendant attendant(boolean takes) {
    return new Attendant(runs, LiveRun::new, takes);
  }

  private static RunRequest.Builder sh(String script) {
    return RunRequest.command("sh", "-c", script);
  }

  private static String text(Output output) {
    return new String(output.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void answersComeBetweenPiecesOfInput() throws Exception {
    Attendant attendant = attendant(true);
    Future<RunResult> run =
        attendant.begin(sh("while read -r word; do echo \"got $word\"; done; echo over >&2"));
    attendant.say("one\n");
    attendant.hear("got one\n");
    attendant.say("t");
    attendant.say("wo\nthree\n");
    attendant.hear("got one\ngot two\ngot three\n");
    attendant.live.endInput();
    RunResult result = run.get();
    assertEquals(Verdict.OK, result.verdict());
    assertEquals("got one\ngot two\ngot three\n", text(result.stdout()));
    assertEquals("over\n", attendant.errors());
  }

  /** What comes before the program has begun waits for it. */
  @Test
  void inputMayBeThereBeforeTheProgram() throws Exception {
    Attendant attendant = attendant(true);
    attendant.say("early");
    attendant.live.endInput();
    assertThrows(IllegalStateException.class, () -> attendant.say("late"));
    RunResult result = attendant.begin(sh("cat; cat /dev/stdin")).get();
    assertEquals("early", text(result.stdout()));
  }

  @Test
  void inputOfItsOwnIsRefused() {
    RunRequest request =
        RunRequest.command("cat").stdin("mine").build().attendedBy(attendant(true).live);
    assertEquals(
        "stdin", assertThrows(InvalidRequestException.class, () -> sandbox.run(request)).field());
  }

  @ParameterizedTest
  @EnumSource(names = "KILL", mode = EnumSource.Mode.EXCLUDE)
  void signalIsCaught(Signal signal) throws Exception {
    Attendant attendant = attendant(true);
    Future<RunResult> run =
        attendant.begin(
            RunRequest.command(
                "python3",
                "-c",
                """
                import signal, sys, time
                def caught(number, frame):
                    print(signal.Signals(number).name[3:])
                    sys.exit(7)
                signal.signal(signal.SIG%s, caught)
                print("ready", flush=True)
                # Not pause(2): a signal that comes just before it would not end it.
                while True: time.sleep(0.01)
                """
                    .formatted(signal)));
    attendant.hear("ready\n");
    attendant.live.signal(signal);
    RunResult result = run.get();
    assertEquals(signal.toString(), text(result.stdout()).split("\n", -1)[1]);
    assertEquals(7, result.exitCode());
  }

  @Test
  void killEndsTheProgram() throws Exception {
    Attendant attendant = attendant(true);
    Future<RunResult> run = attendant.begin(sh("trap '' INT TERM HUP; echo ready; cat"));
    attendant.hear("ready\n");
    attendant.live.signal(Signal.INT);
    attendant.say("still here\n");
    attendant.hear("ready\nstill here\n");
    attendant.live.signal(Signal.KILL);
    // cat, which the shell has made, is ended with it
    RunResult result = run.get();
    assertEquals(Verdict.SIGNALED, result.verdict());
    assertEquals(9, result.signal());
  }

  /** Nobody takes what it writes: it waits, as at a full pipe, and little is held. */
  @Test
  void floodWaitsForWhoAttends() throws Exception {
    Attendant attendant = attendant(false);
    Future<RunResult> run =
        attendant.begin(
            sh("head -c 400000 /dev/zero; read -r word; head -c 5 /dev/zero")
                .limits(LimitOverrides.NONE));
    attendant.hearAtLeast(64 << 10);
    // It can come no further than one reading more, whatever it is given to do.
    attendant.say("go\n");
    attendant.live.taken(attendant.bytes().length);
    attendant.hearAtLeast(128 << 10);
    assertTrue(attendant.bytes().length < 400_000, "the program waits");
    assertFalse(run.isDone());
    int taken = 64 << 10;
    while (!run.isDone()) {
      int heard = attendant.bytes().length;
      if (heard > taken) {
        attendant.live.taken(heard - taken);
        taken = heard;
      }
      Thread.onSpinWait();
    }
    assertEquals(400_005, run.get().stdout().totalBytes());
    assertEquals(400_005, attendant.bytes().length);
  }

  @Test
  void outputLimitHoldsWhateverIsTaken() throws Exception {
    Attendant attendant = attendant(true);
    RunRequest request =
        sh("cat /dev/zero")
            .limits(new LimitOverrides(null, null, null, null, ByteSize.ofBytes(100_000), null))
            .build()
            .attendedBy(attendant.live);
    assertEquals(Verdict.OUTPUT_LIMIT, sandbox.run(request).verdict());
    assertEquals(100_000, attendant.bytes().length);
  }

  @Test
  void wallLimitEndsWhoWaitsForInput() throws Exception {
    Attendant attendant = attendant(true);
    RunRequest request =
        sh("cat")
            .limits(new LimitOverrides(null, Duration.ofSeconds(2), null, null, null, null))
            .build()
            .attendedBy(attendant.live);
    assertEquals(Verdict.WALL_TIME_LIMIT, sandbox.run(request).verdict());
  }

  /** The writer is told that there is no room, and when there is again. */
  @Test
  void inputWaitsForTheProgram() throws Exception {
    Attendant attendant = attendant(true);
    Future<RunResult> run = attendant.begin(sh("read -r go; wc -c"));
    attendant.say("go\n");
    byte[] piece = new byte[40_000];
    int sent = 0;
    while (sent < 2_000_000) {
      sent += piece.length;
      if (!attendant.live.write(piece)) {
        assertTrue(attendant.room.tryAcquire(60, TimeUnit.SECONDS));
      }
    }
    attendant.live.endInput();
    assertEquals("2000000\n", text(run.get().stdout()));
  }

  /** What nobody will read is lost, and whoever writes is not kept waiting. */
  @Test
  void closedInputIsNoObstacle() throws Exception {
    Attendant attendant = attendant(true);
    Future<RunResult> run = attendant.begin(sh("exec <&-; echo closed; sleep 1; exit 3"));
    attendant.hear("closed\n");
    for (int i = 0; i < 10; i++) {
      if (!attendant.live.write(new byte[40_000])) {
        assertTrue(attendant.room.tryAcquire(60, TimeUnit.SECONDS));
      }
    }
    assertEquals(3, run.get().exitCode());
    assertTrue(attendant.live.write(new byte[1 << 20]), "nobody is there");
  }

  @Test
  void cancelledRunEnds() throws Exception {
    Attendant attendant = attendant(true);
    Future<RunResult> run = attendant.begin(sh("echo ready; cat"));
    attendant.hear("ready\n");
    attendant.cancellation.cancel();
    assertEquals(
        CancellationException.class,
        assertThrows(ExecutionException.class, run::get).getCause().getClass());
  }

  @Test
  void programThatCannotBeStartedIsSaid() {
    RunRequest request =
        RunRequest.command("/no/such/program").build().attendedBy(attendant(true).live);
    assertEquals(
        "command", assertThrows(InvalidRequestException.class, () -> sandbox.run(request)).field());
  }
}
