package dev.stockade.client;

import java.time.Duration;

/**
 * What one run may use at most, as the server tells it of a language; every value is present.
 *
 * @param cpuTime CPU time of all processes together
 * @param wallTime time from start to end
 * @param memoryBytes memory and swap of all processes together
 * @param pids processes and threads at one time
 * @param outputBytes bytes of standard output, and as many of standard error
 * @param cpus processors' worth of time per second
 */
public record Limits(
    Duration cpuTime,
    Duration wallTime,
    long memoryBytes,
    int pids,
    long outputBytes,
    double cpus) {}
