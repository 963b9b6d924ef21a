package dev.stockade.server.bench;

import dev.stockade.server.bench.BenchReport.Conditions;
import dev.stockade.server.bench.BenchReport.Cpu;
import dev.stockade.server.bench.BenchReport.Entry;
import dev.stockade.server.bench.BenchReport.Http;
import dev.stockade.server.bench.BenchReport.Measured;
import dev.stockade.server.bench.BenchReport.NotMeasured;
import dev.stockade.server.bench.BenchReport.Race;
import dev.stockade.server.bench.BenchReport.Slot;
import dev.stockade.server.bench.BenchReport.Start;
import dev.stockade.server.bench.BenchReport.Throughput;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reports of measurements that nobody made. */
final class Reports {
  static final long MS = 1_000_000;

  private Reports() {}

  /** One with everything that a report can have. */
  static BenchReport full() {
    return with(
        0.5, 40_960L, List.of(), List.of(new StepCost("SPAWN", "clone3 <payload>", 80_000)));
  }

  static BenchReport with(
      double load, @Nullable Long slotBytes, List<String> degraded, List<StepCost> steps) {
    List<List<String>> command =
        List.of(List.of("/usr/bin/peer", "--hostname", "it's", "/bin/true"));
    Race race =
        new Race(
            "/bin/true",
            3,
            List.of(
                entry(Unconfined.BARE, new Distribution(MS, 2 * MS, 3 * MS), new Cpu(MS, MS)),
                entry(
                    Confined.SPARE, new Distribution(3 * MS, 3 * MS, 12 * MS), new Cpu(2 * MS, MS)),
                entry("bare of another machine", new Distribution(5 * MS), null),
                new Entry(
                    "a peer",
                    command,
                    "no <cgroup>",
                    new Measured(new Distribution(4 * MS), new Cpu(7 * MS, null))),
                new Entry("another", List.of(), "", new NotMeasured("not <installed>"))));
    return new BenchReport(
        new Conditions(
            "2026-11-25T04:00:00Z",
            "Java 17",
            "Linux 6.18",
            2,
            load,
            Duration.ofSeconds(9),
            degraded),
        List.of(race),
        List.of(
            new Throughput(Unconfined.BARE, 1, 1000),
            new Throughput(Confined.SPARE, 1, 650),
            new Throughput(Unconfined.BARE, 16, 2000),
            new Throughput(Confined.SPARE, 16, 1300)),
        new Http(new Distribution(2 * MS), new Distribution(2_400_000)),
        new Start(new Distribution(1400 * MS), ""),
        new Slot(slotBytes),
        steps);
  }

  private static Entry entry(String name, Distribution times, @Nullable Cpu cpu) {
    return new Entry(name, List.of(), "", new Measured(times, cpu));
  }
}
