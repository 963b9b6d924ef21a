package dev.stockade.core.policy;

import java.time.Duration;

/**
 * What one run may use at most; every value is present.
 *
 * @param cpuTime user and system time of all the run's processes together
 * @param wallTime time from the program's start to its end; never unlimited
 * @param memory memory and swap together, of all processes, with tmpfs files and kernel memory
 * @param pids processes and threads at one time
 * @param output bytes kept of standard output, and as many of standard error
 * @param cpus the rate: how many processors' worth of time per second
 */
public record Limits(
    Duration cpuTime, Duration wallTime, ByteSize memory, int pids, ByteSize output, double cpus) {}
