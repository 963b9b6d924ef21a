package dev.stockade.server.judge;

import java.math.BigDecimal;

/**
 * Tests that earn points together: a subtask.
 *
 * @param weight points that the group is worth
 * @param stopOnFirstFailure whether the tests of the group behind one that failed are skipped
 */
public record TestGroup(
    String name, GroupScoring scoring, BigDecimal weight, boolean stopOnFirstFailure) {}
