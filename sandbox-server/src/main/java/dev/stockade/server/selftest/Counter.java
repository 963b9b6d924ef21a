package dev.stockade.server.selftest;

import dev.stockade.core.RunResult;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Durations;
import dev.stockade.core.yaml.Syntax;
import org.jspecify.annotations.Nullable;

/** A measured number of a result that an attack may want within a {@link Bound}. */
public enum Counter {
  OOM_KILLS("oomKills"),
  PIDS_LIMIT_HITS("pidsLimitHits"),
  PIDS_PEAK("pidsPeak"),
  MEMORY_PEAK("memoryPeak"),
  CPU_TIME("cpuTime");

  private final String key;

  Counter(String key) {
    this.key = key;
  }

  /** As attack files call it. */
  String key() {
    return key;
  }

  /** A number as it is written for this counter, in the smallest unit. */
  private long number(String text) {
    return switch (this) {
      case OOM_KILLS, PIDS_LIMIT_HITS, PIDS_PEAK -> Syntax.LONG.parse().apply(text);
      case MEMORY_PEAK -> ByteSize.parse(text).bytes();
      case CPU_TIME -> Durations.parse(text).toNanos();
    };
  }

  Bound bound(String text) {
    return Bound.parse(text, this::number);
  }

  @Nullable Long of(RunResult result) {
    return switch (this) {
      case OOM_KILLS -> result.evidence().oomKills();
      case PIDS_LIMIT_HITS -> result.evidence().pidsLimitHits();
      case PIDS_PEAK -> {
        Integer peak = result.usage().pidsPeak();
        yield peak == null ? null : Long.valueOf(peak);
      }
      case MEMORY_PEAK -> result.usage().memoryPeakBytes();
      case CPU_TIME -> result.usage().cpuTimeNanos();
    };
  }
}
