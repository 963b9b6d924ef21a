package dev.stockade.fuzz.model;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import java.time.Duration;
import java.util.List;

/**
 * A program and its limits.
 *
 * @param cpuMillis limit of CPU time
 * @param wallMillis limit of wall time
 * @param memoryMebibytes limit of memory
 * @param pids limit of processes
 * @param outputBytes limit of each stream
 */
record Scenario(
    List<Act> acts, int cpuMillis, int wallMillis, int memoryMebibytes, int pids, int outputBytes) {
  LimitOverrides limits() {
    return new LimitOverrides(
        Duration.ofMillis(cpuMillis),
        Duration.ofMillis(wallMillis),
        ByteSize.parse(memoryMebibytes + "MiB"),
        pids,
        ByteSize.parse(outputBytes + "B"),
        null);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("actor");
    acts.forEach(act -> text.append(' ').append(act));
    return text.append(" within cpu ")
        .append(cpuMillis)
        .append(" ms, wall ")
        .append(wallMillis)
        .append(" ms, memory ")
        .append(memoryMebibytes)
        .append(" MiB, pids ")
        .append(pids)
        .append(", output ")
        .append(outputBytes)
        .append(" B")
        .toString();
  }
}
