package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class ByteBudgetTest {
  private final ByteBudget budget = new ByteBudget(10);

  @Test
  void shareGivesEverythingBackOnce() {
    ByteBudget.Share share = budget.open();
    assertTrue(share.grow(7));
    assertFalse(share.grow(4));
    assertEquals(3, budget.left());
    share.close();
    share.close();
    assertEquals(10, budget.left());
    assertFalse(share.grow(1), "it is closed");
  }

  @Test
  void whoAsksForTooMuchTakesNothingFromOthers() {
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> greedy =
        CompletableFuture.runAsync(
            () -> {
              while (!over.get()) {
                try (ByteBudget.Share share = budget.open()) {
                  assertFalse(share.grow(11));
                }
              }
            });
    try {
      for (int i = 0; i < 100_000; i++) {
        try (ByteBudget.Share share = budget.open()) {
          assertTrue(share.grow(1), "there is room");
        }
      }
    } finally {
      over.set(true);
    }
    greedy.join();
  }
}
