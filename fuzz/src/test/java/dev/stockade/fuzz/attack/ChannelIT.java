package dev.stockade.fuzz.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.Cancellation;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.Verdict;
import dev.stockade.core.testing.Needs;
import dev.stockade.fuzz.Canary;
import dev.stockade.fuzz.Holds;
import dev.stockade.fuzz.Sandboxes;
import dev.stockade.server.selftest.AttackRunner;
import dev.stockade.server.selftest.Lesson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two jobs that want to talk: whatever the first does, the second hears nothing. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ChannelIT {
  private static Sandbox two;
  private static ExecutorService threads;

  @BeforeAll
  static void open() {
    Sandboxes.needDefaultPolicy();
    two = Sandboxes.open("default", 2);
    threads = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void close() {
    if (threads != null) {
      threads.shutdown();
      two.close();
    }
  }

  static List<Channel> channels() {
    return Channels.ALL;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("channels")
  @Holds(Lesson.NO_CHANNEL)
  void nothingComesThrough(Channel channel) throws Exception {
    RunResult second =
        channel.when() == Channel.When.AFTER
            ? afterTheFirst(channel, "default")
            : besideTheFirst(channel);
    assertEquals(channel.nothing(), Results.text(second.stdout()), () -> Results.describe(second));
    assertEquals(Verdict.OK, second.verdict(), () -> Results.describe(second));
  }

  static List<Channel> openOutside() {
    return Channels.ALL.stream().filter(Channel::isOpenOutside).toList();
  }

  /** That the test above can fail: outside of a sandbox the same two programs do communicate. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("openOutside")
  void outsideItComesThrough(Channel channel) throws Exception {
    Path folder = Files.createTempDirectory("stockade-channel");
    Path attempts = folder.resolve("attempts.py");
    try {
      Files.write(attempts, AttackRunner.attempts());
      Process first = outside(folder, channel.first());
      try {
        assertEquals(
            "ready", first.inputReader(StandardCharsets.UTF_8).readLine(), channel::toString);
        if (channel.when() == Channel.When.AFTER) {
          first.waitFor();
        }
        Process second = outside(folder, channel.second());
        String heard = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        second.waitFor();
        Needs.machine(
            "such a channel",
            heard.contains("ENOSYS") ? Optional.of("its kernel lacks the call") : Optional.empty());
        assertNotEquals(channel.nothing(), heard);
      } finally {
        first.destroyForcibly().waitFor();
      }
    } finally {
      Files.delete(attempts);
      Files.delete(folder);
    }
  }

  private static Process outside(Path folder, String script) throws IOException {
    ProcessBuilder python =
        new ProcessBuilder("/usr/bin/python3", "-B", "-c", Channel.bare(script))
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    return python.start();
  }

  /** In one slot, so that what its zygote keeps is the same for both. */
  private static RunResult afterTheFirst(Channel channel, String policy) {
    Sandbox one = Sandboxes.of(policy);
    RunResult first = one.run(channel.firstRequest().build());
    assertEquals("ready\n", Results.text(first.stdout()), () -> Results.describe(first));
    return one.run(channel.secondRequest().build());
  }

  private static RunResult besideTheFirst(Channel channel) throws Exception {
    CountDownLatch ready = new CountDownLatch(1);
    Cancellation enough = new Cancellation();
    Future<RunResult> first =
        threads.submit(
            () -> two.run(channel.firstRequest().stdoutTo(new Announcing(ready)).build(), enough));
    while (!ready.await(50, TimeUnit.MILLISECONDS)) {
      if (first.isDone()) {
        throw new AssertionError("the first ended: " + Results.describe(first.get()));
      }
    }
    RunResult second = two.run(channel.secondRequest().build());
    enough.cancel();
    ExecutionException ended = assertThrows(ExecutionException.class, first::get);
    assertEquals(CancellationException.class, ended.getCause().getClass());
    return second;
  }

  /**
   * Of files of our own: others read what every host has, and in the guest the host's kernel notes
   * that its file was read.
   */
  @Test
  @Holds(Lesson.NO_CHANNEL)
  void timeStampsOfSharedFilesTellNothing() throws Exception {
    for (Path path : List.of(Canary.shared().host().folder(), Canary.shared().host().file())) {
      // Older than its last change and than a day: relatime would note that it was read.
      Files.getFileAttributeView(path, BasicFileAttributeView.class)
          .setTimes(null, FileTime.from(1_000_000_000, TimeUnit.SECONDS), null);
    }
    Channel stamps =
        Channel.after(
            "time stamps of shared files",
            "read('/canary/file'); os.listdir('/canary')",
            "print([int(os.stat(path).st_atime) for path in ('/canary', '/canary/file')])",
            "[1000000000, 1000000000]\n");
    RunResult second = afterTheFirst(stamps, Sandboxes.CANARY);
    assertEquals(stamps.nothing(), Results.text(second.stdout()), () -> Results.describe(second));
  }

  /** Tells of the first bytes. */
  private static final class Announcing extends OutputStream {
    private final CountDownLatch heard;

    Announcing(CountDownLatch heard) {
      this.heard = heard;
    }

    @Override
    public void write(int b) {
      heard.countDown();
    }
  }

  @Test
  @Holds(Lesson.FRESH_FILES)
  void aJobNeverSeesAnothersProcesses() throws Exception {
    Channel processes =
        Channel.beside(
            "processes",
            "",
            "print([name for name in os.listdir('/proc') if name.isdigit()], os.getpid())",
            "['2'] 2\n");
    assertEquals(processes.nothing(), Results.text(besideTheFirst(processes).stdout()));
  }
}
