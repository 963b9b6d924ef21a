package dev.stockade.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a run used, all its processes together; {@code null} where the server's host does not count
 * it.
 *
 * @param cpuTime user and system time, to the nanosecond
 * @param userTime time in the program's own code
 * @param systemTime time in the kernel on the program's behalf
 * @param wallTime from the order to start until the last process was gone
 * @param memoryPeakBytes the most memory at one time
 * @param memoryPeakSource the kernel file or field that gave the peak
 * @param pidsPeak the most processes and threads at one time, the run's init among them
 * @param involuntarySwitches how often the kernel took the processor away from the program
 * @param cpuPressure time in which something of the run could go on but had no processor
 */
public record Usage(
    @Nullable Duration cpuTime,
    @Nullable Duration userTime,
    @Nullable Duration systemTime,
    Duration wallTime,
    @Nullable Long memoryPeakBytes,
    @Nullable String memoryPeakSource,
    @Nullable Integer pidsPeak,
    @Nullable Long involuntarySwitches,
    @Nullable Duration cpuPressure) {}
