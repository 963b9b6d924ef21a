package dev.stockade.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits that a job asks for; {@code null} takes the policy's. None may be above the policy's
 * ceiling. {@link #NONE} asks for nothing; {@code JobLimits.NONE.withCpuTime(…)} for one.
 *
 * @param cpuTime CPU time of all processes together
 * @param wallTime time from start to end
 * @param memoryBytes memory and swap of all processes together
 * @param pids processes and threads at one time
 * @param outputBytes bytes of standard output, and as many of standard error
 * @param cpus processors' worth of time per second; 0.5 is half of one
 */
public record JobLimits(
    @Nullable Duration cpuTime,
    @Nullable Duration wallTime,
    @Nullable Long memoryBytes,
    @Nullable Integer pids,
    @Nullable Long outputBytes,
    @Nullable Double cpus) {
  /** Asks for nothing. */
  public static final JobLimits NONE = new JobLimits(null, null, null, null, null, null);

  public JobLimits withCpuTime(Duration time) {
    return new JobLimits(time, wallTime, memoryBytes, pids, outputBytes, cpus);
  }

  public JobLimits withWallTime(Duration time) {
    return new JobLimits(cpuTime, time, memoryBytes, pids, outputBytes, cpus);
  }

  public JobLimits withMemoryBytes(long bytes) {
    return new JobLimits(cpuTime, wallTime, bytes, pids, outputBytes, cpus);
  }

  public JobLimits withPids(int count) {
    return new JobLimits(cpuTime, wallTime, memoryBytes, count, outputBytes, cpus);
  }

  public JobLimits withOutputBytes(long bytes) {
    return new JobLimits(cpuTime, wallTime, memoryBytes, pids, bytes, cpus);
  }

  public JobLimits withCpus(double count) {
    return new JobLimits(cpuTime, wallTime, memoryBytes, pids, outputBytes, count);
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (cpuTime != null) {
      json.put("cpuTime", cpuTime.toNanos() + "ns");
    }
    if (wallTime != null) {
      json.put("wallTime", wallTime.toNanos() + "ns");
    }
    if (memoryBytes != null) {
      json.put("memory", memoryBytes + "B");
    }
    if (pids != null) {
      json.put("pids", pids);
    }
    if (outputBytes != null) {
      json.put("output", outputBytes + "B");
    }
    if (cpus != null) {
      json.put("cpus", cpus);
    }
    return json;
  }
}
