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
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real programs on pseudo-terminals of their own. */
@Timeout(120)
final class TerminalIT {
  private static AttendedRuns runs;
  private static Sandbox sandbox;

  @BeforeAll
  static void open() {
    runs = new AttendedRuns(new SandboxOptions(1, 1, false, true));
    sandbox = runs.sandbox();
  }

  @AfterAll
  static void close() {
    if (runs != null) {
      runs.close();
    }
  }

  /** Somebody who looks at a terminal and types; takes what is shown at once, or never. */
  private static final class Screen extends Attendant {
    Screen() {
      this(true);
    }

    Screen(boolean takes) {
      super(runs, listener -> LiveRun.onTerminal(24, 80, listener), takes);
    }

    @Override
    public synchronized void wrote(Stream stream, byte[] bytes) {
      assertEquals(Stream.STDOUT, stream);
      super.wrote(stream, bytes);
    }

    Future<RunResult> begin(String... command) {
      return begin(AttendedRuns.LONG, command);
    }

    Future<RunResult> begin(LimitOverrides limits, String... command) {
      return begin(RunRequest.command(command), limits);
    }

    /** Runs a Python program to its end, which must be status 0. */
    String python(String program) throws Exception {
      RunResult result = begin("python3", "-c", program).get();
      assertEquals(Verdict.OK, result.verdict(), () -> result + output());
      return output();
    }
  }

  @Test
  void standardStreamsAreATerminal() throws Exception {
    Screen screen = new Screen();
    RunResult result =
        screen
            .begin("sh", "-c", "for fd in 0 1 2; do test -t $fd && echo $fd; done; echo err >&2")
            .get();
    assertEquals(Verdict.OK, result.verdict(), () -> result + screen.output());
    assertEquals("0\r\n1\r\n2\r\nerr\r\n", screen.output());
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
    screen.hear("24 80\r\n");
    screen.live.resize(50, 132);
    screen.hear("24 80\r\n50 132\r\n");
    screen.say("\n");
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
    assertEquals("24 80\r\n", screen.output());
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

  /** The kernel sends the signal first and echoes its key then: the program may be between. */
  @Test
  void keysAreEchoedAndControlKeysAreSignalsAndEnds() throws Exception {
    Screen screen = new Screen();
    Future<RunResult> run = screen.begin("sh", "-c", "trap 'echo caught' INT; echo a; cat; cat");
    screen.hear("a\r\n");
    screen.say("word\n");
    screen.hear("a\r\nword\r\nword\r\n");
    screen.say("\u0003");
    String before = "a\r\nword\r\nword\r\n";
    // It writes a line and its end one after the other.
    screen.hear(before + "^Ccaught\r\n", before + "caught^C\r\n", before + "caught\r\n^C");
    screen.live.endInput();
    assertEquals(Verdict.OK, run.get().verdict());
  }

  @Test
  void interactiveShellHasJobControl() throws Exception {
    Screen screen = new Screen();
    Future<RunResult> run =
        screen.begin(
            "env", "PS1=$ ", "TERM=dumb", "bash", "--norc", "--noprofile", "--noediting", "-i");
    screen.hear("$ ");
    screen.say("cat\n");
    screen.hear("$ cat\r\n");
    screen.say("a\n");
    screen.hear("$ cat\r\na\r\na\r\n");
    screen.say("\u0003");
    String before = "$ cat\r\na\r\na\r\n";
    screen.hear(before + "^C\r\n$ ", before + "\r\n^C$ ", before + "\r\n$ ^C");
    screen.say("exit 3\n");
    assertEquals(3, run.get().exitCode());
  }

  @Test
  void inputThatEndsInTheMiddleOfALineIsReadToo() throws Exception {
    Screen screen = new Screen();
    Future<RunResult> run = screen.begin("sh", "-c", "stty -echo; echo ready; cat");
    screen.hear("ready\r\n");
    screen.say("half");
    screen.live.endInput();
    assertEquals(Verdict.OK, run.get().verdict());
    assertEquals("ready\r\nhalf", screen.output());
  }

  @Test
  void inputThatEndsBehindALineIsEndedOnce() throws Exception {
    Screen screen = new Screen();
    Future<RunResult> run = screen.begin("sh", "-c", "stty -echo; echo ready; cat; exec cat");
    screen.hear("ready\r\n");
    screen.say("line\n");
    screen.live.endInput();
    screen.hear("ready\r\nline\r\n");
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
    screen.hear("ready\n");
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
    screen.hear("ready\r\n");
    screen.say("typed\n".repeat(200));
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
    // Long enough to become ready on any machine.
    LimitOverrides limits =
        new LimitOverrides(null, Duration.ofSeconds(10), null, null, null, null);
    Screen screen = new Screen();
    Future<RunResult> run =
        screen.begin(limits, "sh", "-c", "stty raw -echo; echo ready; sleep 100");
    screen.hear("ready\n");
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
    first.say("1234 and what nobody reads");
    assertEquals(Verdict.OK, run.get().verdict());
    assertEquals(fresh, new Screen().python(look));
  }

  @Test
  void processesThatTheProgramLeavesEndWithIt() throws Exception {
    Screen screen = new Screen();
    RunResult result =
        screen.begin("sh", "-c", "trap '' HUP; (while :; do sleep 1; done) & echo over").get();
    assertEquals(Verdict.OK, result.verdict());
    assertEquals("over\r\n", screen.output());
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
    screen.hear("a\r\n");
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
