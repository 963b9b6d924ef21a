package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.LiveRun.Stream;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

  private static final class Screen implements LiveRun.Listener {
    final LiveRun live = LiveRun.onTerminal(24, 80, this);
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @Override
    public synchronized void wrote(Stream stream, byte[] bytes) {
      assertEquals(Stream.STDOUT, stream);
      shown.writeBytes(bytes);
      notifyAll();
      live.taken(bytes.length);
    }

    @Override
    public void wantsInput() {}

    void type(String text) {
      live.write(text.getBytes(StandardCharsets.UTF_8));
    }

    synchronized String shown() {
      return shown.toString(StandardCharsets.UTF_8);
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
      RunRequest request = RunRequest.command(command).limits(LONG).build().attendedBy(live);
      return threads.submit(() -> sandbox.run(request));
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
  void noOtherTerminalCanBeReached() throws Exception {
    Screen screen = new Screen();
    RunResult result =
        screen
            .begin(
                "python3",
                "-c",
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
                """)
            .get();
    assertEquals(Verdict.OK, result.verdict(), () -> result + screen.shown());
    assertEquals(
        "No such file or directory\r\n".repeat(4)
            + "['0', '1', '2']\r\nOperation not permitted\r\n"
            + "Input/output error\r\n",
        screen.shown());
  }

  @Test
  void runsWithoutATerminalAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> sandbox.run(RunRequest.command("true").build()));
  }
}
