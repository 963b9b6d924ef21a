package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.LiveRun.Stream;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.run.Alteration;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

/** Real programs on pseudo-terminals of their own. */
@Timeout(120)
final class TerminalIT {
  private static final LimitOverrides LONG =
      new LimitOverrides(null, Duration.ofSeconds(60), null, null, null, null);

  private static Sandbox sandbox;
  private static ExecutorService threads;

  @BeforeAll
  static void open() {
    SandboxNeeds.defaultPolicy();
    sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1, false, true));
    threads = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void close() {
    if (sandbox != null) {
      threads.shutdownNow();
      sandbox.close();
    }
  }

  /** Somebody who looks at a terminal and types; takes what is shown at once, or never. */
  private static final class Screen implements LiveRun.Listener {
    final LiveRun live = LiveRun.onTerminal(24, 80, this);
    final Cancellation cancellation = new Cancellation();
    final Semaphore room = new Semaphore(0);
    private final boolean takes;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    Screen() {
      this(true);
    }

    Screen(boolean takes) {
      this.takes = takes;
    }

    @Override
    public synchronized void wrote(Stream stream, byte[] bytes) {
      assertEquals(Stream.STDOUT, stream);
      shown.writeBytes(bytes);
      notifyAll();
      if (takes) {
        live.taken(bytes.length);
      }
    }

    @Override
    public void wantsInput() {
      room.release();
    }

    void type(String text) {
      live.write(text.getBytes(StandardCharsets.UTF_8));
    }

    synchronized byte[] bytes() {
      return shown.toByteArray();
    }

    String shown() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    synchronized void see(String all) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!shown().equals(all)) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        assertTrue(left > 0, () -> "shown: " + shown());
        wait(left);
      }
    }

    Future<RunResult> begin(String... command) {
      return begin(LONG, command);
    }

    Future<RunResult> begin(LimitOverrides limits, String... command) {
      RunRequest request = RunRequest.command(command).limits(limits).build().attendedBy(live);
      return threads.submit(() -> sandbox.run(request, cancellation));
    }

    /** Runs a Python program to its end, which must be status 0. */
    String python(String program) throws Exception {
      RunResult result = begin("python3", "-c", program).get();
      assertEquals(Verdict.OK, result.verdict(), () -> result + shown());
      return shown();
    }
  }

  @Test
  void standardStreamsAreATerminal() throws Exception {
    Screen screen = new Screen();
    RunResult result =
        screen
            .begin("sh", "-c", "for fd in 0 1 2; do test -t $fd && echo $fd; done; echo err >&2")
            .get();
    assertEquals(Verdict.OK, result.verdict(), () -> result + screen.shown());
    assertEquals("0\r\n1\r\n2\r\nerr\r\n", screen.shown());
    assertEquals(0, result.stderr().totalBytes());
  }

  @Test
  void sizeIsThatOfTheClient() throws Exception {
    Screen screen = new Screen();
    Future<RunResult> run =
        screen.begin(
            "python3",
            "-c",
            """
            import os, signal
            def show():
                size = os.get_terminal_size(0)
                os.write(1, b"%d %d\\n" % (size.lines, size.columns))
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])
            show()
            signal.sigwait([signal.SIGWINCH])
            show()
            input()
            """);
    screen.see("24 80\r\n");
    screen.live.resize(50, 132);
    screen.see("24 80\r\n50 132\r\n");
    screen.type("\n");
    assertEquals(Verdict.OK, run.get().verdict());
  }

  /** The first payload and its init end when the run has begun and the program has not. */
  @Test
  void attemptThatIsRepeatedHasTheSizeToo() {
    Set<String> ended = new HashSet<>();
    Alteration endsOnce =
        new Alteration() {
          @Override
          public Plan plan(Plan plan) {
            Phase from =
                switch (plan.name()) {
                  case "payload" -> Phase.FILTER;
                  case "init" -> Phase.REAP;
                  default -> null;
                };
            return from == null || !ended.add(plan.name()) ? plan : ending(plan, from);
          }
        };
    Screen screen = new Screen();
    try (Sandbox altered =
        AlteredSandbox.open(
            Policies.named("default"), new SandboxOptions(1, 0, false, true), endsOnce)) {
      altered.run(RunRequest.command("stty", "size").build().attendedBy(screen.live));
    }
    assertEquals(Set.of("payload", "init"), ended);
    assertEquals("24 80\r\n", screen.shown());
  }

  private static Plan ending(Plan plan, Phase from) {
    List<Step> steps = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (step.phase() == from) {
        steps.addAll(
            Plan.builder("end").phase(from).call("exit_group", Word.of(9)).build().steps());
        return plan.withSteps(steps);
      }
      steps.add(step);
    }
    throw new AssertionError(plan.name() + " has no " + from);
  }

  @Test
  void keysAreEchoedAndControlKeysAreSignalsAndEnds() throws Exception {
    Screen screen = new Screen();
    Future<RunResult> run = screen.begin("sh", "-c", "trap 'echo caught' INT; echo a; cat; cat");
    screen.see("a\r\n");
    screen.type("word\n");
    screen.see("a\r\nword\r\nword\r\n");
    screen.type("\u0003");
    screen.see("a\r\nword\r\nword\r\n^Ccaught\r\n");
    screen.live.endInput();
    assertEquals(Verdict.OK, run.get().verdict());
  }

  @Test
  void interactiveShellHasJobControl() throws Exception {
    Screen screen = new Screen();
    Future<RunResult> run =
        screen.begin(
            "env", "PS1=$ ", "TERM=dumb", "bash", "--norc", "--noprofile", "--noediting", "-i");
    screen.see("$ ");
    screen.type("cat\n");
    screen.see("$ cat\r\n");
    screen.type("a\n");
    screen.see("$ cat\r\na\r\na\r\n");
    screen.type("\u0003");
    screen.see("$ cat\r\na\r\na\r\n^C\r\n$ ");
    screen.type("exit 3\n");
    assertEquals(3, run.get().exitCode());
  }

  @Test
  void inputThatEndsInTheMiddleOfALineIsReadToo() throws Exception {
    Screen screen = new Screen();
    Future<RunResult> run = screen.begin("sh", "-c", "stty -echo; echo ready; cat");
    screen.see("ready\r\n");
    screen.type("half");
    screen.live.endInput();
    assertEquals(Verdict.OK, run.get().verdict());
    assertEquals("ready\r\nhalf", screen.shown());
  }

  @Test
  void inputThatEndsBehindALineIsEndedOnce() throws Exception {
    Screen screen = new Screen();
    Future<RunResult> run = screen.begin("sh", "-c", "stty -echo; echo ready; cat; exec cat");
    screen.see("ready\r\n");
    screen.type("line\n");
    screen.live.endInput();
    screen.see("ready\r\nline\r\n");
    screen.live.resize(30, 90);
    screen.live.signal(LiveRun.Signal.KILL);
    assertEquals(Verdict.SIGNALED, run.get().verdict());
  }

  /** Both ways, more than all buffers hold, and each of the 256 values. */
  @Test
  void rawTerminalPassesEveryByte() throws Exception {
    LimitOverrides limits =
        new LimitOverrides(null, Duration.ofSeconds(60), null, null, ByteSize.ofMebibytes(4), null);
    Screen screen = new Screen();
    Future<RunResult> run =
        screen.begin(limits, "sh", "-c", "stty raw -echo; echo ready; head -c 2560000");
    screen.see("ready\n");
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    ByteArrayOutputStream wanted = new ByteArrayOutputStream();
    wanted.writeBytes("ready\n".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 10_000; i++) {
      if (!screen.live.write(all)) {
        screen.room.acquire();
      }
      wanted.writeBytes(all);
    }
    RunResult result = run.get();
    assertEquals(Verdict.OK, result.verdict());
    assertArrayEquals(wanted.toByteArray(), screen.bytes());
    assertArrayEquals(wanted.toByteArray(), result.stdout().bytes());
    assertEquals(wanted.size(), result.stdout().totalBytes());
  }

  @Test
  void whatIsShownCountsForTheOutputLimit() throws Exception {
    LimitOverrides limits =
        new LimitOverrides(
            null, Duration.ofSeconds(60), null, null, ByteSize.ofKibibytes(64), null);
    Screen screen = new Screen();
    RunResult result = screen.begin(limits, "sh", "-c", "yes >&2").get();
    assertEquals(Verdict.OUTPUT_LIMIT, result.verdict());
    assertEquals(64 << 10, result.stdout().bytes().length);
    assertTrue(result.stdout().totalBytes() > 64 << 10);
    assertEquals(64 << 10, screen.bytes().length);
    assertEquals(0, result.stderr().totalBytes());
  }

  @Test
  void echoOfWhatIsTypedCountsForTheOutputLimit() throws Exception {
    LimitOverrides limits =
        new LimitOverrides(null, Duration.ofSeconds(60), null, null, ByteSize.ofKibibytes(1), null);
    Screen screen = new Screen();
    Future<RunResult> run = screen.begin(limits, "sh", "-c", "echo ready; exec cat >/dev/null");
    screen.see("ready\r\n");
    screen.type("typed\n".repeat(200));
    assertEquals(Verdict.OUTPUT_LIMIT, run.get().verdict());
  }

  @Test
  void programThatNobodyLooksAtWaits() throws Exception {
    LimitOverrides limits =
        new LimitOverrides(null, Duration.ofSeconds(3), null, null, ByteSize.ofMebibytes(64), null);
    Screen screen = new Screen(false);
    RunResult result = screen.begin(limits, "head", "-c", "60000000", "/dev/zero").get();
    assertEquals(Verdict.WALL_TIME_LIMIT, result.verdict());
    assertTrue(result.stdout().totalBytes() < 1_000_000, result::toString);
  }

  @Test
  void keysThatNobodyReadsWait() throws Exception {
    LimitOverrides limits = new LimitOverrides(null, Duration.ofSeconds(3), null, null, null, null);
    Screen screen = new Screen();
    Future<RunResult> run =
        screen.begin(limits, "sh", "-c", "stty raw -echo; echo ready; sleep 100");
    screen.see("ready\n");
    int written = 0;
    while (written < 10_000_000 && screen.live.write(new byte[1000])) {
      written += 1000;
    }
    assertTrue(written < 1_000_000, written + " bytes were taken");
    assertEquals(Verdict.WALL_TIME_LIMIT, run.get().verdict());
  }

  /** What it has closed it may open again by a path descriptor, and that harms nobody. */
  @Test
  void programMayCloseItsTerminal() throws Exception {
    Screen screen = new Screen();
    String shown =
        screen.python(
            """
            import os, time
            print("before", flush=True)
            path = os.open("/proc/self/fd/0", os.O_PATH)
            for fd in 0, 1, 2:
                os.close(fd)
            time.sleep(0.5)
            again = os.open("/proc/self/fd/%d" % path, os.O_RDWR | os.O_NOCTTY)
            os.write(again, b"after")
            os._exit(0)
            """);
    assertTrue(shown.startsWith("before\r\n"), shown);
  }

  @Test
  void nothingOfATerminalIsLeftForTheNextRun() throws Exception {
    String look =
        """
        import os, termios
        print(termios.tcgetattr(0)[:4], os.get_terminal_size(0), os.fstat(0).st_ino)
        print(os.readlink("/proc/self/fd/0"))
        """;
    String fresh = new Screen().python(look);
    Screen first = new Screen();
    Future<RunResult> run =
        first.begin(
            "sh", "-c", "stty raw -echo rows 7; (trap '' HUP; sleep 100) & head -c 4; echo secret");
    first.type("1234 and what nobody reads");
    assertEquals(Verdict.OK, run.get().verdict());
    assertEquals(fresh, new Screen().python(look));
  }

  @Test
  void processesThatTheProgramLeavesEndWithIt() throws Exception {
    Screen screen = new Screen();
    RunResult result =
        screen.begin("sh", "-c", "trap '' HUP; (while :; do sleep 1; done) & echo over").get();
    assertEquals(Verdict.OK, result.verdict());
    assertEquals("over\r\n", screen.shown());
  }

  @Test
  void programThatIsNotThereIsRefused() {
    ExecutionException refused =
        assertThrows(ExecutionException.class, () -> new Screen().begin("/no/such").get());
    assertEquals(InvalidRequestException.class, refused.getCause().getClass());
  }

  @Test
  void cancelledRunEnds() throws Exception {
    Screen screen = new Screen();
    Future<RunResult> run = screen.begin("sh", "-c", "trap '' HUP INT TERM; echo a; sleep 100");
    screen.see("a\r\n");
    screen.cancellation.cancel();
    ExecutionException ended = assertThrows(ExecutionException.class, run::get);
    assertEquals(CancellationException.class, ended.getCause().getClass());
  }

  @Test
  void sizesThatNoTerminalHasAreRefused() {
    Screen screen = new Screen();
    for (int wrong : new int[] {0, -1, 65_536}) {
      assertThrows(IllegalArgumentException.class, () -> screen.live.resize(wrong, 80));
      assertThrows(IllegalArgumentException.class, () -> screen.live.resize(24, wrong));
      assertThrows(IllegalArgumentException.class, () -> LiveRun.onTerminal(wrong, 80, screen));
    }
    LiveRun onPipes = new LiveRun(screen);
    assertThrows(IllegalStateException.class, () -> onPipes.resize(24, 80));
  }

  @Test
  void noOtherTerminalCanBeReached() throws Exception {
    String shown =
        new Screen()
            .python(
                """
                import fcntl, os
                for path in "/dev/ptmx", "/dev/pts", "/dev/tty", "/dev/console":
                    try:
                        os.open(path, os.O_RDWR | os.O_NOCTTY)
                        print(path)
                    except OSError as e:
                        print(os.strerror(e.errno))
                print(sorted(os.listdir("/proc/self/fd"))[:3])
                try:
                    fcntl.ioctl(0, 0x5412, b"x")
                    print("typed")
                except OSError as e:
                    print(os.strerror(e.errno))
                try:
                    fcntl.ioctl(0, 0x5441, os.O_RDWR)
                    print("peer")
                except OSError as e:
                    print(os.strerror(e.errno))
                """);
    assertEquals(
        "No such file or directory\r\n".repeat(4)
            + "['0', '1', '2']\r\nOperation not permitted\r\n"
            + "Input/output error\r\n",
        shown);
  }

  @Test
  void programsOnTerminalsDoNotTalk() {
    RunRequest request = RunRequest.command("true").build();
    Interaction.Party party = new Interaction.Party(sandbox, request);
    assertThrows(
        IllegalArgumentException.class,
        () -> Interaction.run(party, party, ByteSize.ofKibibytes(1), new Cancellation()));
  }

  @Test
  void runsWithATerminalNeedASandboxWithTerminals() {
    try (Sandbox onPipes =
        Sandbox.open(Policies.named("default"), new SandboxOptions(1, 0, false))) {
      RunRequest request = RunRequest.command("true").build().attendedBy(new Screen().live);
      assertThrows(IllegalArgumentException.class, () -> onPipes.run(request));
    }
  }

  @Test
  void runsWithoutATerminalAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> sandbox.run(RunRequest.command("true").build()));
  }
}
