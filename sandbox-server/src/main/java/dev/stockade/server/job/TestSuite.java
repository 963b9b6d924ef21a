package dev.stockade.server.job;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.judge.Scoring;
import org.jspecify.annotations.Nullable;

/**
 * The tests of a job and how they are judged.
 *
 * @param scoring the tests, their groups and what they are worth
 * @param judge what says whether an output is right
 * @param interactor a program with which the program talks in each test; {@code null}: none
 * @param parallelism tests that may run at one time; how many do depends on idle workers
 * @param stopOnFirstFailure whether the tests behind the first that failed are skipped
 * @param keepOutput first bytes of each stream of each test that are kept
 */
public record TestSuite(
    Scoring scoring,
    OutputJudge judge,
    @Nullable LanguageJob interactor,
    int parallelism,
    boolean stopOnFirstFailure,
    ByteSize keepOutput) {}
