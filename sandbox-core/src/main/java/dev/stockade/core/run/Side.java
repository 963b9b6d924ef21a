package dev.stockade.core.run;

/** One of the two programs of a conversation. */
public enum Side {
  INTERACTOR,
  SOLUTION;

  /** The one that it talks with. */
  Side peer() {
    return this == INTERACTOR ? SOLUTION : INTERACTOR;
  }
}
