package dev.stockade.server.files;

import dev.stockade.core.policy.ByteSize;
import java.util.HashMap;
import java.util.Map;

/** Bytes that files have, all together and those of each who stored them. Thread-safe. */
final class Room {
  private final ByteSize total;
  private final Map<String, Long> ofStorer = new HashMap<>();
  private long taken;

  Room(ByteSize total) {
    this.total = total;
  }

  /**
   * Takes room, if there is enough.
   *
   * @throws FileRefusedException when the storer has no more of its own
   */
  synchronized boolean tryTake(Storer storer, long more) {
    requireOwn(storer, more);
    if (taken + more > total.bytes()) {
      return false;
    }
    take(storer.name(), more);
    return true;
  }

  /** Whether there is enough; nothing is taken. */
  synchronized boolean has(Storer storer, long more) {
    requireOwn(storer, more);
    return taken + more <= total.bytes();
  }

  private void requireOwn(Storer storer, long more) {
    storer.requireRoom(ofStorer.getOrDefault(storer.name(), 0L) + more);
  }

  /** Takes room for what is there already. */
  synchronized void take(String storer, long more) {
    taken += more;
    ofStorer.merge(storer, more, Long::sum);
  }

  /** Gives room back. */
  synchronized void give(String storer, long less) {
    taken -= less;
    ofStorer.computeIfPresent(storer, (name, bytes) -> bytes == less ? null : bytes - less);
  }

  synchronized long taken() {
    return taken;
  }
}
