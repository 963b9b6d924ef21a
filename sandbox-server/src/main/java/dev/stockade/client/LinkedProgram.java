package dev.stockade.client;

import org.jspecify.annotations.Nullable;

/**
 * What came of one program of a linked job.
 *
 * @param compile the compiler's run; {@code null} when nothing was compiled
 * @param result the program's run; {@code null} when it was not started
 * @param dismissed whether it was a service that was killed because nobody needed it any more
 * @param notStarted why it was not started, for people; {@code null} when it was
 */
public record LinkedProgram(
    String name,
    boolean service,
    Verdict verdict,
    @Nullable Result compile,
    @Nullable Result result,
    boolean dismissed,
    @Nullable String notStarted) {}
