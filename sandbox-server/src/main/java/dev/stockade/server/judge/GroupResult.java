package dev.stockade.server.judge;

import java.math.BigDecimal;

/**
 * What came of a group of tests.
 *
 * @param verdict that of its first test that was not {@code ACCEPTED}, else {@code ACCEPTED}
 * @param score points earned
 */
public record GroupResult(JudgeVerdict verdict, BigDecimal score) {}
