package dev.stockade.core.policy;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.yaml.Syntax;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
    Duration cpuTime, Duration wallTime, ByteSize memory, int pids, ByteSize output, double cpus) {

  /**
   * These limits with a request's in place of those that it names.
   *
   * @throws InvalidRequestException naming a field, such as {@code limits.memory}, with which no
   *     program could run
   */
  public Limits with(LimitOverrides asked) {
    atLeast("cpuTime", asked.cpuTime(), LimitBounds.LEAST_TIME, Limits::show);
    atLeast("wallTime", asked.wallTime(), LimitBounds.LEAST_TIME, Limits::show);
    atLeast("memory", asked.memory(), LimitBounds.LEAST_MEMORY, ByteSize::toString);
    atLeast("pids", asked.pids(), LimitBounds.LEAST_PIDS, pids -> Integer.toString(pids));
    atLeast("cpus", asked.cpus(), LimitBounds.LEAST_CPUS, Limits::show);
    return new Limits(
        asked.cpuTime() == null ? cpuTime : asked.cpuTime(),
        asked.wallTime() == null ? wallTime : asked.wallTime(),
        asked.memory() == null ? memory : asked.memory(),
        asked.pids() == null ? pids : asked.pids(),
        asked.output() == null ? output : asked.output(),
        asked.cpus() == null ? cpus : asked.cpus());
  }

  /**
   * Passes when no limit is above its ceiling.
   *
   * @throws InvalidRequestException naming the field, the limit and the ceiling: {@code
   *     limits.memory: 512MiB is above the ceiling of 256MiB}
   */
  public void checkWithin(Limits ceilings) {
    atMost("cpuTime", cpuTime, ceilings.cpuTime, Limits::show);
    atMost("wallTime", wallTime, ceilings.wallTime, Limits::show);
    atMost("memory", memory, ceilings.memory, ByteSize::toString);
    atMost("pids", pids, ceilings.pids, pids -> Integer.toString(pids));
    atMost("output", output, ceilings.output, ByteSize::toString);
    atMost("cpus", cpus, ceilings.cpus, Limits::show);
  }

  private static <T extends Comparable<T>> void atLeast(
      String field, @Nullable T asked, T least, Function<T, String> render) {
    if (asked != null && asked.compareTo(least) < 0) {
      throw new InvalidRequestException(
          "limits." + field, render.apply(asked) + " is below the least, " + render.apply(least));
    }
  }

  private static <T extends Comparable<T>> void atMost(
      String field, T limit, T ceiling, Function<T, String> render) {
    if (limit.compareTo(ceiling) > 0) {
      throw new InvalidRequestException(
          "limits." + field,
          render.apply(limit) + " is above the ceiling of " + render.apply(ceiling));
    }
  }

  /** As {@link Durations} writes it; a caller may also hand us what cannot be written so. */
  private static String show(Duration duration) {
    boolean written = !duration.isNegative() && duration.compareTo(Durations.LONGEST) <= 0;
    return written ? Durations.render(duration) : duration.toString();
  }

  private static String show(double cpus) {
    return Double.isFinite(cpus) ? Syntax.DECIMAL.render().apply(cpus) : Double.toString(cpus);
  }
}
