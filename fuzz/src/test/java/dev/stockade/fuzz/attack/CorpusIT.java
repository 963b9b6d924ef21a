package dev.stockade.fuzz.attack;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.stockade.core.testing.Needs;
import dev.stockade.fuzz.Canary;
import dev.stockade.fuzz.Sandboxes;
import dev.stockade.server.selftest.Attack;
import dev.stockade.server.selftest.Outcome;
import java.io.File;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every attack of the corpus, one after the other: verdict, evidence, output and the canaries on
 * the host are exactly as its file says. The bombs are {@link BombIT}'s.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CorpusIT {
  private static final long MOST_HEAP_GROWTH = 32 << 20;
  private static final int MOST_NEW_DESCRIPTORS = 8;

  private static long heapBefore;
  private static int descriptorsBefore;

  /** Every sandbox is opened first, so that what they hold does not count as growth. */
  @BeforeAll
  static void need() {
    Sandboxes.needDefaultPolicy();
    Corpus.attacks().stream()
        .filter(attack -> attack.wanted().refused() == null)
        .forEach(attack -> Corpus.sandbox(attack.policy(), attack.terminal()));
    heapBefore = heap();
    descriptorsBefore = descriptors();
  }

  static List<Attack> attacks() {
    List<Attack> bombs = Corpus.attacks("bombs");
    return Corpus.attacks().stream().filter(attack -> !bombs.contains(attack)).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void holds(Attack attack) {
    assertHeld(attack, Corpus.run(attack));
    Canary.shared().assertUnharmed();
  }

  static void assertHeld(Attack attack, Outcome outcome) {
    if (outcome.status() == Outcome.Status.NOT_TESTABLE) {
      Needs.feature("what the attack is made with", Optional.of(outcome.reasons().get(0)));
    }
    if (outcome.status() != Outcome.Status.HELD) {
      fail(attack.place() + ": " + attack.name() + "\n" + String.join("\n", outcome.reasons()));
    }
  }

  /** What each attack leaves in the server would add up here. */
  @AfterAll
  static void theServerHasNotGrown() throws InterruptedException {
    if (heapBefore == 0) {
      return; // nothing was run
    }
    long heap = heap() - heapBefore;
    assertTrue(heap < MOST_HEAP_GROWTH, () -> "the heap grew by " + heap + " bytes");
    int more = newDescriptors();
    assertTrue(more <= MOST_NEW_DESCRIPTORS, () -> more + " descriptors more than before");
  }

  /** How many more there are than before; waits for spares that are still being made. */
  private static int newDescriptors() throws InterruptedException {
    int more = descriptors() - descriptorsBefore;
    for (int i = 0; more > MOST_NEW_DESCRIPTORS && i < 300; i++) {
      Thread.sleep(100);
      more = descriptors() - descriptorsBefore;
    }
    return more;
  }

  /** Bytes in use after a full collection, which needs a few tries. */
  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private static int descriptors() {
    return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
  }
}
