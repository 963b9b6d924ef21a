package dev.stockade.server.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.store.Claim;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class ClaimsTest {
  private static final Claim CLAIM =
      new Claim("job", "", "owner", 1, 0, false, new byte[0], Instant.EPOCH);

  private final Claims claims = new Claims();

  /** A client that cancels the job at once would end it before its claim is known, and for good. */
  @Test
  void jobThatEndsWhileItIsTakenLeavesNoClaim() {
    AtomicReference<Thread> ends = new AtomicReference<>();
    CompletableFuture<Boolean> removed = new CompletableFuture<>();
    boolean added =
        claims.add(
            CLAIM,
            () -> {
              Thread thread = new Thread(() -> removed.complete(claims.remove(CLAIM)));
              ends.set(thread);
              thread.start();
              while (thread.getState() != Thread.State.BLOCKED && !removed.isDone()) {
                Thread.onSpinWait();
              }
              return true;
            });
    assertTrue(added);
    assertTrue(removed.join(), "it had not been given up");
    assertEquals(List.of(), claims.all());
  }

  @Test
  void claimOfAJobThatDoesNotTakeItIsNotAdded() {
    assertFalse(claims.add(CLAIM, () -> false));
    assertFalse(claims.has("job"));
  }
}
