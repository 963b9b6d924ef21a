package dev.stockade.server.judge;

import java.math.BigDecimal;
import java.util.List;

/** How the points of a group follow from those of its tests. */
public enum GroupScoring {
  /** Added up; the group is worth what its tests are worth together. */
  SUM,
  /** The least that any of its tests earned; the group and each of its tests have one weight. */
  MINIMUM,
  /** All when every test is {@code ACCEPTED}, else nothing. */
  ALL_OR_NOTHING;

  /**
   * What a group earned.
   *
   * @param most what the group is worth
   * @param tests what its tests earned, not empty
   */
  BigDecimal score(BigDecimal most, List<BigDecimal> tests) {
    return switch (this) {
      case SUM -> tests.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
      case MINIMUM -> tests.stream().reduce(most, BigDecimal::min);
      case ALL_OR_NOTHING ->
          tests.stream().allMatch(score -> score.compareTo(most) == 0) ? most : BigDecimal.ZERO;
    };
  }
}
