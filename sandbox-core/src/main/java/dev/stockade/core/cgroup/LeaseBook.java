package dev.stockade.core.cgroup;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Names a controller's leaves and knows which are open. Thread-safe. */
final class LeaseBook {
  private final AtomicLong next = new AtomicLong();
  private final Set<String> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** A name never used before by this controller. */
  String take() {
    if (closed) {
      throw new IllegalStateException("the controller is closed");
    }
    String name = "job-" + next.getAndIncrement();
    open.add(name);
    return name;
  }

  void giveBack(String name) {
    open.remove(name);
  }

  int openCount() {
    return open.size();
  }

  /** Says whether this call closed it; throws while leases are open. */
  boolean close() {
    if (closed) {
      return false;
    }
    if (!open.isEmpty()) {
      throw new IllegalStateException("leases are still open: " + open);
    }
    closed = true;
    return true;
  }
}
