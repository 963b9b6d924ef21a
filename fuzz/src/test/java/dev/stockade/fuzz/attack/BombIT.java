package dev.stockade.fuzz.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.fuzz.Canary;
import dev.stockade.fuzz.Sandboxes;
import dev.stockade.server.selftest.Arena;
import dev.stockade.server.selftest.Attack;
import dev.stockade.server.selftest.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each bomb with its verdict, while well-behaved jobs beside it come to their right end. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BombIT {
  private static final String NEIGHBOUR =
      """
      import hashlib, os
      data = bytes(range(256)) * 4096
      for name in ('/box/a', '/tmp/a', '/dev/shm/a'):
          open(name, 'wb').write(data)
      children = [os.fork()]
      if 0 in children:
          os._exit(7)
      print([os.waitpid(child, 0)[1] for child in children])
      print({hashlib.sha256(open(n, 'rb').read()).hexdigest()[:8] for n in ('/box/a', '/tmp/a', '/dev/shm/a')})
      """;
  private static final String NEIGHBOURS_ANSWER = "[1792]\n{'fbbab289'}\n";

  private static Sandbox sandbox;
  private static Arena arena;
  private static ExecutorService threads;

  @BeforeAll
  static void open() {
    Sandboxes.needDefaultPolicy();
    sandbox = Sandboxes.open("default", 2);
    arena = Arena.of(name -> sandbox);
    threads = Executors.newSingleThreadExecutor();
  }

  @AfterAll
  static void close() {
    if (threads != null) {
      threads.shutdown();
      sandbox.close();
    }
  }

  static List<Attack> bombs() {
    return Corpus.attacks("bombs");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bombs")
  void isContainedAndItsNeighbourIsUnharmed(Attack bomb) throws Exception {
    Future<Outcome> exploding = threads.submit(() -> Corpus.run(bomb, arena));
    do {
      RunResult neighbour = sandbox.run(neighbour());
      assertEquals(
          NEIGHBOURS_ANSWER, Results.text(neighbour.stdout()), () -> Results.describe(neighbour));
      assertEquals(Verdict.OK, neighbour.verdict(), () -> Results.describe(neighbour));
    } while (!exploding.isDone());
    CorpusIT.assertHeld(bomb, exploding.get());
  }

  /** With all the time that it may ask for: the bombs take some of the machine's. */
  private static RunRequest neighbour() {
    return RunRequest.command("python3", "-c", NEIGHBOUR)
        .limits(
            new LimitOverrides(
                Duration.ofMinutes(1), Duration.ofMinutes(2), null, null, null, null))
        .build();
  }

  @AfterEach
  void theHostIsUnharmed() {
    Canary.shared().assertUnharmed();
  }
}
