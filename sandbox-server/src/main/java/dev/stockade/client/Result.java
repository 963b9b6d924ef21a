package dev.stockade.client;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program or compiler.
 *
 * @param verdict {@link Verdict#OK} to {@link Verdict#SECURITY_VIOLATION}
 * @param exitCode 0 to 255; {@code null} when the program did not exit by itself
 * @param signal number of the signal that ended it, see signal(7); {@code null} when none did
 * @param cached whether this is the compiler's run for an earlier job with the same source; {@code
 *     null} of every other run
 * @param degraded protections that the policy names and the host could not give
 * @param files the output files that were asked for and exist, by name
 * @param fileErrors why an output file is not among them, by name
 */
public record Result(
    Verdict verdict,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    Output stdout,
    Output stderr,
    Usage usage,
    Evidence evidence,
    List<String> degraded,
    Map<String, byte[]> files,
    Map<String, String> fileErrors,
    @Nullable Boolean cached) {
  public Result {
    degraded = List.copyOf(degraded);
    files = Map.copyOf(files);
    fileErrors = Map.copyOf(fileErrors);
  }
}
