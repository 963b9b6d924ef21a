package dev.stockade.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a run.
 *
 * @param exitCode 0 to 255; {@code null} when the program did not exit by itself
 * @param signal number of the signal that ended the program, see signal(7); {@code null} if none
 *     did
 * @param degraded protections and limits that the policy names and this host could not give; empty
 *     unless the policy says {@code degraded: allow}
 * @param files the output files that were asked for and exist, by name
 * @param fileErrors why an output file that was asked for is not in {@code files}, by name
 */
public record RunResult(
    Verdict verdict,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    Output stdout,
    Output stderr,
    Usage usage,
    Evidence evidence,
    List<String> degraded,
    Map<String, byte[]> files,
    Map<String, String> fileErrors) {}
