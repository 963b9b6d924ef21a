package dev.stockade.core;

import org.jspecify.annotations.Nullable;

/**
 * What a run used, all its processes together; {@code null} where this host does not count it.
 *
 * @param cpuTimeNanos user and system time
 * @param userTimeNanos time in the program's own code
 * @param systemTimeNanos time in the kernel on the program's behalf
 * @param wallTimeNanos from the order to start until the last process was gone
 * @param memoryPeakBytes the most memory at one time
 * @param memoryPeakSource the kernel file or field that gave the peak
 * @param pidsPeak the most processes and threads at one time
 * @param involuntarySwitches how often the kernel took the processor away from the program, or from
 *     children that it waited for; unknown when the run was killed
 * @param cpuPressureNanos time in which something of the run could go on but had no processor;
 *     counted by cgroup v2 with PSI only
 */
public record Usage(
    @Nullable Long cpuTimeNanos,
    @Nullable Long userTimeNanos,
    @Nullable Long systemTimeNanos,
    long wallTimeNanos,
    @Nullable Long memoryPeakBytes,
    @Nullable String memoryPeakSource,
    @Nullable Integer pidsPeak,
    @Nullable Long involuntarySwitches,
    @Nullable Long cpuPressureNanos) {}
