package dev.stockade.client;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as the server knows it; {@code null} for what is not, or not yet.
 *
 * @param id names it to the server; cannot be guessed
 * @param language of a language job
 * @param command of a command job, byte for byte
 * @param policy of a command job
 * @param verdict of a done job
 * @param compile the compiler's run, which has {@link Result#cached} as well
 * @param result the program's run; {@code null} in a job with tests or programs
 * @param judgement what came of the tests of a done job
 * @param error why the job failed
 * @param callback of a job that asked for one
 * @param programs of a done job with several programs
 * @param terminal whether it is a session's whose program had a terminal
 */
public record Job(
    String id,
    JobState state,
    @Nullable String language,
    @Nullable List<byte[]> command,
    @Nullable String policy,
    @Nullable Verdict verdict,
    @Nullable Result compile,
    @Nullable Result result,
    @Nullable Judgement judgement,
    @Nullable Problem error,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable CallbackProgress callback,
    @Nullable List<LinkedProgram> programs,
    boolean terminal) {}
