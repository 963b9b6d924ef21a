package dev.stockade.server.access;

/**
 * How much a token may use. 0 is any number.
 *
 * @param requestsPerMinute requests that it may send in a minute, counted by each server since its
 *     start
 * @param unfinishedJobs jobs that it may have waiting and running at one time, counted likewise
 * @param storedBytes bytes that the files may have together which it has stored; counted by each
 *     server since its start, and for all of them where files are in a database
 */
public record TokenLimits(int requestsPerMinute, int unfinishedJobs, long storedBytes) {
  /** As much as it wants. */
  public static final TokenLimits NONE = new TokenLimits(0, 0, 0);

  private static final int MOST = 1_000_000;
  private static final long MOST_BYTES = 1L << 50;

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  public TokenLimits {
    require(
        requestsPerMinute >= 0 && requestsPerMinute <= MOST, "requestsPerMinute: is 0 to 1000000");
    require(unfinishedJobs >= 0 && unfinishedJobs <= MOST, "unfinishedJobs: is 0 to 1000000");
    require(storedBytes >= 0 && storedBytes <= MOST_BYTES, "storedBytes: is 0 to 2 to the 50th");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
