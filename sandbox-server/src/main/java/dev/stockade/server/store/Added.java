package dev.stockade.server.store;

/**
 * What became of a job that was to be added.
 *
 * @param id of the job that is there now: the new one, or the one that had the key before
 * @param attempt number of the claim, where the job was added with an owner; else 0
 */
public record Added(Kind kind, String id, int attempt) {
  /** What there was. */
  public enum Kind {
    /** Nothing like it: it was added. */
    NEW,
    /** The same request with the same key: nothing was added. */
    SAME,
    /** Another request with the same key: nothing was added. */
    OTHER,
    /** No place: nothing was added. */
    FULL
  }
}
