package dev.stockade.fuzz.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.fuzz.Canary;
import dev.stockade.fuzz.Holds;
import dev.stockade.fuzz.Sandboxes;
import dev.stockade.server.selftest.Lesson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks over a network, with the most network that a policy can give. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NetworkIT {
  private static final Pattern BUFFERS = Pattern.compile("(?:TCP|UDP): .*\\bmem (\\d+)");
  private static final long LIMIT = 16 << 20;

  /**
   * What cgroup v2 lets datagrams have above the limit before the OOM killer ends the run: Linux
   * 7.2 charges those that arrive even so. Most that was seen with any limit: 50 MiB; without one
   * they have 8 % of the machine's memory ({@code udp_mem}).
   */
  private static final long FORCED = 64 << 20;

  private static final Duration LONGEST = Duration.ofSeconds(30);

  @BeforeAll
  static void need() {
    Sandboxes.needDefaultPolicy();
  }

  /**
   * The buffers of IPv4 sockets: memory like other with cgroup v2, a limit of its own with v1. They
   * are the kernel's, so it refuses more of them rather than kill: the run goes on to its end.
   */
  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  @Holds(Lesson.BOMBS)
  void buffersOfSocketsAreLimited(String kind) throws Exception {
    Sandboxes.of("loopback").run(RunRequest.command("true").build());
    long most = 0;
    // A slow machine under load needs some time to fill what the kernel counts, which it does by
    // the MiB for each processor.
    for (Duration time = Duration.ofMillis(1500);
        most <= 0 && time.compareTo(LONGEST) < 0;
        time = time.multipliedBy(2)) {
      most = explode(kind, time);
    }
    assertTrue(most > 0, "the bomb filled no buffer");
    boolean forced =
        kind.equals("udp") && Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    assertTrue(
        most <= (forced ? LIMIT + FORCED : 2 * LIMIT), most + " bytes in buffers, of " + LIMIT);
  }

  /** Runs the bomb, and returns the most bytes that were seen in buffers meanwhile. */
  private static long explode(String kind, Duration time) throws Exception {
    RunRequest bomb =
        RunRequest.command("./attacker", kind)
            .executable("attacker", Attacker.program())
            .limits(
                new LimitOverrides(
                    Duration.ofMinutes(1), time, ByteSize.ofBytes(LIMIT), null, null, null))
            .build();
    long before = bufferBytes();
    long most = 0;
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<RunResult> exploding = thread.submit(() -> Sandboxes.of("loopback").run(bomb));
      while (!exploding.isDone()) {
        most = Math.max(most, bufferBytes() - before);
        Thread.sleep(10);
      }
      RunResult result = exploding.get();
      assertTrue(
          List.of("WALL_TIME_LIMIT", "MEMORY_LIMIT").contains(result.verdict().name()),
          () -> Results.describe(result));
      assertEquals(9, result.signal());
    } finally {
      thread.shutdown();
    }
    return most;
  }

  /** What the buffers of this host's TCP and UDP sockets hold, all namespaces together. */
  private static long bufferBytes() throws IOException {
    long pages = 0;
    Matcher lines = BUFFERS.matcher(Files.readString(Path.of("/proc/net/sockstat")));
    while (lines.find()) {
      pages += Long.parseLong(lines.group(1));
    }
    return pages * 4096;
  }

  @AfterEach
  void theHostIsUnharmed() {
    Canary.shared().assertUnharmed();
  }
}
