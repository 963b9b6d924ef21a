package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.LiveRun.Signal;
import dev.stockade.core.LiveRun.Stream;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
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
  private static final LimitOverrides LONG =
      new LimitOverrides(null, Duration.ofSeconds(60), null, null, null, null);

  private static Sandbox sandbox;
  private static ExecutorService threads;

  @BeforeAll
  static void open() {
    SandboxNeeds.defaultPolicy();
    sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1));
    threads = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void close() {
    if (sandbox != null) {
      threads.shutdownNow();
      sandbox.close();
    }
  }

  /** One who attends a run; takes output at once, or never. */
  private static final class Attendant implements LiveRun.Listener {
    final LiveRun live = new LiveRun(this);
    final Cancellation cancellation = new Cancellation();
    final Semaphore room = new Semaphore(0);
    private final boolean takes;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    Attendant(boolean takes) {
      this.takes = takes;
    }

    @Override
    public synchronized void wrote(Stream stream, byte[] bytes) {
      (stream == Stream.STDOUT ? stdout : stderr).writeBytes(bytes);
      notifyAll();
      if (takes) {
        live.taken(bytes.length);
      }
    }

    @Override
    public void wantsInput() {
      room.release();
    }

    void say(String text) {
      live.write(text.getBytes(StandardCharsets.UTF_8));
    }

    synchronized int heard() {
      return stdout.size();
    }

    /** Waits until standard output is this text so far. */
    synchronized void hear(String all) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!stdout.toString(StandardCharsets.UTF_8).equals(all)) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        assertTrue(left > 0, () -> "heard: " + stdout.toString(StandardCharsets.UTF_8));
        wait(left);
      }
    }

    synchronized void hearAtLeast(int bytes) throws InterruptedException {
      while (stdout.size() < bytes) {
        wait();
      }
    }

    synchronized String errors() {
      return stderr.toString(StandardCharsets.UTF_8);
    }

    Future<RunResult> begin(RunRequest.Builder request) {
      RunRequest attended = request.limits(LONG).build().attendedBy(live);
      return threads.submit(() -> sandbox.run(attended, cancellation));
    }
  }

  private static RunRequest.Builder sh(String script) {
    return RunRequest.command("sh", "-c", script);
  }

  private static String text(Output output) {
    return new String(output.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void answersComeBetweenPiecesOfInput() throws Exception {
    Attendant attendant = new Attendant(true);
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
    Attendant attendant = new Attendant(true);
    attendant.say("early");
    attendant.live.endInput();
    assertThrows(IllegalStateException.class, () -> attendant.say("late"));
    RunResult result = attendant.begin(sh("cat; cat /dev/stdin")).get();
    assertEquals("early", text(result.stdout()));
  }

  @Test
  void inputOfItsOwnIsRefused() {
    RunRequest request =
        RunRequest.command("cat").stdin("mine").build().attendedBy(new Attendant(true).live);
    assertEquals(
        "stdin", assertThrows(InvalidRequestException.class, () -> sandbox.run(request)).field());
  }

  @ParameterizedTest
  @EnumSource(names = "KILL", mode = EnumSource.Mode.EXCLUDE)
  void signalIsCaught(Signal signal) throws Exception {
    Attendant attendant = new Attendant(true);
    Future<RunResult> run =
        attendant.begin(
            RunRequest.command(
                "python3",
                "-c",
                """
                import signal, sys
                def caught(number, frame):
                    print(signal.Signals(number).name[3:])
                    sys.exit(7)
                signal.signal(signal.SIG%s, caught)
                print("ready", flush=True)
                while True: signal.pause()
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
    Attendant attendant = new Attendant(true);
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
    Attendant attendant = new Attendant(false);
    Future<RunResult> run =
        attendant.begin(
            sh("head -c 400000 /dev/zero; read -r word; head -c 5 /dev/zero")
                .limits(LimitOverrides.NONE));
    attendant.hearAtLeast(64 << 10);
    // It can come no further than one reading more, whatever it is given to do.
    attendant.say("go\n");
    attendant.live.taken(attendant.heard());
    attendant.hearAtLeast(128 << 10);
    assertTrue(attendant.heard() < 400_000, "the program waits");
    assertFalse(run.isDone());
    int taken = 64 << 10;
    while (!run.isDone()) {
      int heard = attendant.heard();
      if (heard > taken) {
        attendant.live.taken(heard - taken);
        taken = heard;
      }
      Thread.onSpinWait();
    }
    assertEquals(400_005, run.get().stdout().totalBytes());
    assertEquals(400_005, attendant.heard());
  }

  @Test
  void outputLimitHoldsWhateverIsTaken() throws Exception {
    Attendant attendant = new Attendant(true);
    RunRequest request =
        sh("cat /dev/zero")
            .limits(new LimitOverrides(null, null, null, null, ByteSize.ofBytes(100_000), null))
            .build()
            .attendedBy(attendant.live);
    assertEquals(Verdict.OUTPUT_LIMIT, sandbox.run(request).verdict());
    assertEquals(100_000, attendant.heard());
  }

  @Test
  void wallLimitEndsWhoWaitsForInput() throws Exception {
    Attendant attendant = new Attendant(true);
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
    Attendant attendant = new Attendant(true);
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
    Attendant attendant = new Attendant(true);
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
    Attendant attendant = new Attendant(true);
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
        RunRequest.command("/no/such/program").build().attendedBy(new Attendant(true).live);
    assertEquals(
        "command", assertThrows(InvalidRequestException.class, () -> sandbox.run(request)).field());
  }
}
