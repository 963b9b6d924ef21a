package dev.stockade.server.judge;

import java.util.Arrays;
import java.util.List;

/**
 * Which tests are not worth running any more: with {@code stopOnFirstFailure}, those behind the
 * first, in the job's order, that failed.
 *
 * <p>The order in which failures come to light makes no difference: in the end the same tests are
 * wanted as if all had run one after the other. Not thread-safe.
 */
public final class StopRule {
  private static final int NONE = Integer.MAX_VALUE;

  private final List<TestCase> tests;
  private final List<TestGroup> groups;
  private final boolean ofJob;
  private final int[] firstInGroup;
  private int first = NONE;

  /**
   * @param ofJob whether a failure stops the whole job, not only its group
   */
  public StopRule(List<TestCase> tests, List<TestGroup> groups, boolean ofJob) {
    this.tests = tests;
    this.groups = groups;
    this.ofJob = ofJob;
    this.firstInGroup = new int[groups.size()];
    Arrays.fill(firstInGroup, NONE);
  }

  /** Whether a test's result counts, as far as is known by now. */
  public boolean isWanted(int test) {
    int group = tests.get(test).group();
    return test <= first && (group == TestCase.NO_GROUP || test <= firstInGroup[group]);
  }

  /** Notes that a test failed. */
  public void failed(int test) {
    int group = tests.get(test).group();
    if (ofJob) {
      first = Math.min(first, test);
    }
    if (group != TestCase.NO_GROUP && groups.get(group).stopOnFirstFailure()) {
      firstInGroup[group] = Math.min(firstInGroup[group], test);
    }
  }
}
