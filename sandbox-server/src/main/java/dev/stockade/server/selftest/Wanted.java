package dev.stockade.server.selftest;

import dev.stockade.core.Verdict;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Exactly what must come of an attack; {@code null}: not said.
 *
 * @param refused the whole message with which the run is refused; then nothing else is said
 * @param verdict how the run must be judged
 * @param stdout the whole of standard output, with placeholders; {@code null}: see stdoutPattern
 * @param stdoutPattern what the whole of standard output must match: floods, races
 * @param truncated which stream must have been cut at the output limit: {@code stdout}, {@code
 *     stderr}, {@code either}
 * @param files output files with their contents
 * @param fileSizes output files whose content is not looked at, with their bytes
 * @param fileErrors why each other output file is missing; a name that has a content as well may be
 *     either, for races
 * @param counters what is measured
 */
public record Wanted(
    @Nullable String refused,
    @Nullable Verdict verdict,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    @Nullable Integer waitStatus,
    @Nullable String killedFor,
    @Nullable String deniedSyscall,
    @Nullable String stdout,
    @Nullable Pattern stdoutPattern,
    @Nullable String stderr,
    @Nullable String truncated,
    Map<String, String> files,
    Map<String, Long> fileSizes,
    Map<String, String> fileErrors,
    Map<Counter, Bound> counters) {}
