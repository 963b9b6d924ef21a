package dev.stockade.core;

/**
 * How much a sandbox keeps ready.
 *
 * @param slots the most runs at one time, 1 or more; further callers wait
 * @param spares inits prepared ahead of the request in each slot, 0 or 1
 * @param pinned whether each run keeps to one processor, which it cannot change: that one of this
 *     process's which fewest other runs have
 * @param terminal whether each run has a pseudo-terminal of its own as its standard streams; only
 *     for runs that somebody attends
 */
public record SandboxOptions(int slots, int spares, boolean pinned, boolean terminal) {
  public SandboxOptions {
    if (slots < 1) {
      throw new IllegalArgumentException("a sandbox has at least one slot: " + slots);
    }
    if (spares < 0 || spares > 1) {
      throw new IllegalArgumentException("a slot has no spare or one: " + spares);
    }
  }

  /** Runs without a terminal. */
  public SandboxOptions(int slots, int spares, boolean pinned) {
    this(slots, spares, pinned, false);
  }

  /** Runs that go to any processor. */
  public SandboxOptions(int slots, int spares) {
    this(slots, spares, false);
  }

  /** One slot for each processor, with a spare in each. */
  public static SandboxOptions defaults() {
    return new SandboxOptions(Runtime.getRuntime().availableProcessors(), 1);
  }
}
