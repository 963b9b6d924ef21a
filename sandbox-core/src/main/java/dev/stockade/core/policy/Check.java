package dev.stockade.core.policy;

/** One thing that must be true of a policy. */
interface Check {
  /**
   * Passes or fails.
   *
   * @param draft complete
   * @throws PolicyException at the value to correct
   */
  void check(Draft draft);
}
