package dev.stockade.server.bench;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a measurement came to.
 *
 * @param conditions where and when it was made
 * @param races one for each workload
 * @param throughput runs of {@code /bin/true} for each second, by contestant and concurrency
 * @param http what the job server adds; {@code null} when it was not measured
 * @param start how long the server takes to its first ready answer
 * @param slot the memory of a warm slot, its zygote and its spare
 * @param steps where the time of one run goes, in its order; empty when that was not measured
 */
public record BenchReport(
    Conditions conditions,
    List<Race> races,
    List<Throughput> throughput,
    @Nullable Http http,
    Start start,
    Slot slot,
    List<StepCost> steps) {
  public BenchReport {
    races = List.copyOf(races);
    throughput = List.copyOf(throughput);
    steps = List.copyOf(steps);
  }

  /**
   * Where and when.
   *
   * @param at as ISO-8601, to the second
   * @param load average number of processes that wanted a processor in the minute before, see
   *     proc_loadavg(5); negative when it is not known
   * @param took how long all of it took
   * @param degraded what the host lacks of the policy, so that these are not times of the whole
   *     sandbox
   */
  public record Conditions(
      String at,
      String java,
      String kernel,
      int processors,
      double load,
      Duration took,
      List<String> degraded) {
    public Conditions {
      degraded = List.copyOf(degraded);
    }
  }

  /**
   * All contestants with one workload, the first of them bare.
   *
   * @param runs of each
   */
  public record Race(String workload, int runs, List<Entry> entries) {
    public Race {
      entries = List.copyOf(entries);
    }

    /** That of a contestant, when it could be measured. */
    Optional<Measured> measured(String contestant) {
      return entries.stream()
          .filter(entry -> entry.contestant().equals(contestant))
          .map(Entry::outcome)
          .filter(Measured.class::isInstance)
          .map(Measured.class::cast)
          .findFirst();
    }

    /** Why there are no times of a contestant. */
    String whyNot(String contestant) {
      return entries.stream()
          .filter(entry -> entry.contestant().equals(contestant))
          .map(Entry::outcome)
          .filter(NotMeasured.class::isInstance)
          .map(outcome -> ((NotMeasured) outcome).reason())
          .findFirst()
          .orElse("did not take part");
    }

    /** The median of a contestant in those of the first, which is bare. */
    @Nullable Double ratio(Measured measured) {
      return bare()
          .map(bare -> (double) measured.latency().p50() / bare.latency().p50())
          .orElse(null);
    }

    /** The CPU time of a contestant in that of the first. */
    @Nullable Double cpuRatio(Measured measured) {
      Cpu own = measured.cpu();
      Cpu first = bare().map(Measured::cpu).orElse(null);
      return own == null || first == null || first.totalNanos() == 0
          ? null
          : (double) own.totalNanos() / first.totalNanos();
    }

    private Optional<Measured> bare() {
      return measured(entries.get(0).contestant());
    }
  }

  /**
   * One contestant with one workload.
   *
   * @param commands the command lines of one run; empty for what runs inside this JVM
   * @param differences what of the sandbox's protection it lacks; may be empty
   */
  public record Entry(
      String contestant, List<List<String>> commands, String differences, Outcome outcome) {
    public Entry {
      commands = List.copyOf(commands);
    }
  }

  /** Times, or the reason why there are none. */
  public sealed interface Outcome permits Measured, NotMeasured {}

  /**
   * Times.
   *
   * @param cpu {@code null} when the work is done by processes that are not ours
   */
  public record Measured(Distribution latency, @Nullable Cpu cpu) implements Outcome {}

  /**
   * No times.
   *
   * @param reason for people
   */
  public record NotMeasured(String reason) implements Outcome {}

  /**
   * CPU time of one run, on average.
   *
   * @param processNanos user and system time of this JVM and all its descendants
   * @param kernelNanos of the kernel's own threads, which clean up; {@code null} where they cannot
   *     be seen
   */
  public record Cpu(long processNanos, @Nullable Long kernelNanos) {
    long totalNanos() {
      return processNanos + (kernelNanos == null ? 0 : kernelNanos);
    }
  }

  /**
   * How much is done in a second.
   *
   * @param concurrency runs that are asked for at one time
   */
  public record Throughput(String contestant, int concurrency, double runsPerSecond) {}

  /**
   * What HTTP adds: a trivial job over one connection that stays open, beside the same by the Java
   * API.
   */
  public record Http(Distribution api, Distribution http) {
    long addedNanos() {
      return http.p50() - api.p50();
    }
  }

  /**
   * From starting {@code ./stockade serve} to its first answer of 200 to {@code /readyz}.
   *
   * @param ready {@code null} when it was not measured
   * @param whyNot empty when it was measured
   */
  public record Start(@Nullable Distribution ready, String whyNot) {}

  /**
   * Memory of a warm slot.
   *
   * @param pssBytes proportional set size; {@code null} when it cannot be read
   */
  public record Slot(@Nullable Long pssBytes) {}

  /** The throughput of a contestant in that of the first, with the same concurrency. */
  @Nullable Double share(Throughput of) {
    return throughput.stream()
        .filter(other -> other.concurrency() == of.concurrency())
        .findFirst()
        .map(first -> of.runsPerSecond() / first.runsPerSecond())
        .orElse(null);
  }

  /** Whether something else used this host, so that no time is worth much. */
  boolean wasBusy() {
    return conditions.load() > conditions.processors();
  }
}
