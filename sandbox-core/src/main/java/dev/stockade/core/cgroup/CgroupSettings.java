package dev.stockade.core.cgroup;

/**
 * The limits of one leaf.
 *
 * @param memoryMaxBytes memory and swap together
 * @param pidsMax tasks in the leaf at one time, the run's init included
 * @param cpus processors' worth of time per second, for example 0.5
 */
public record CgroupSettings(long memoryMaxBytes, int pidsMax, double cpus) {}
