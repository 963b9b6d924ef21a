package dev.stockade.fuzz.model;

import dev.stockade.core.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What must come of a scenario.
 *
 * @param exitCode {@code null} when the program does not exit by itself
 * @param signal what ends it, or {@code null}
 * @param stdoutBytes written to standard output; at least that many when the output is over
 * @param pidsRefused whether a fork is refused for the limit
 * @param exact whether all of this is predicted, or the verdict and its evidence alone
 * @param burntMillis CPU time that it has used at least
 * @param heldMebibytes memory that it has held at least
 */
record Prediction(
    Verdict verdict,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    long stdoutBytes,
    long stderrBytes,
    boolean pidsRefused,
    boolean exact,
    int burntMillis,
    int heldMebibytes) {}
