package dev.stockade.core.policy;

import dev.stockade.core.policy.Key.LimitKeys;
import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Place;
import dev.stockade.core.yaml.YamlException;
import java.time.Duration;
import java.util.List;

/** Checks of limits, ceilings and rlimits. */
final class LimitChecks {
  private LimitChecks() {}

  /** No limit is above its ceiling. */
  static final class LimitsAreWithinCeilings implements Check {
    @Override
    public void check(Draft draft) {
      within(draft, Key.LIMITS.cpuTime(), Key.CEILINGS.cpuTime());
      within(draft, Key.LIMITS.wallTime(), Key.CEILINGS.wallTime());
      within(draft, Key.LIMITS.memory(), Key.CEILINGS.memory());
      within(draft, Key.LIMITS.pids(), Key.CEILINGS.pids());
      within(draft, Key.LIMITS.output(), Key.CEILINGS.output());
      within(draft, Key.LIMITS.cpus(), Key.CEILINGS.cpus());
    }

    private static <T extends Comparable<T>> void within(
        Draft draft, Key<T> limitKey, Key<T> ceilingKey) {
      Located<T> limit = draft.get(limitKey);
      Located<T> ceiling = draft.get(ceilingKey);
      if (limit.value().compareTo(ceiling.value()) > 0) {
        throw Place.toBlame(limit.place(), ceiling.place())
            .error(
                limitKey.path()
                    + " "
                    + limitKey.syntax().render().apply(limit.value())
                    + " is above the ceiling of "
                    + ceilingKey.syntax().render().apply(ceiling.value()));
      }
    }
  }

  private static <T extends Comparable<T>> void atLeast(
      Draft draft, Key<T> key, T least, String why) {
    Located<T> value = draft.get(key);
    if (value.value().compareTo(least) < 0) {
      throw error(value, key, "below", least, why);
    }
  }

  private static <T extends Comparable<T>> void atMost(
      Draft draft, Key<T> key, T most, String why) {
    Located<T> value = draft.get(key);
    if (value.value().compareTo(most) > 0) {
      throw error(value, key, "above", most, why);
    }
  }

  private static <T> YamlException error(
      Located<T> value, Key<T> key, String side, T bound, String why) {
    return value
        .place()
        .error(
            key.path()
                + " "
                + key.syntax().render().apply(value.value())
                + " is "
                + side
                + " "
                + key.syntax().render().apply(bound)
                + ": "
                + why);
  }

  /** A program gets some time at all. */
  static final class TimesAreLongEnough implements Check {
    @Override
    public void check(Draft draft) {
      for (Key<Duration> key : List.of(Key.LIMITS.cpuTime(), Key.LIMITS.wallTime())) {
        atLeast(draft, key, LimitBounds.LEAST_TIME, "no program ends in less");
      }
    }
  }

  /** A run ends some day. */
  static final class WallTimeIsFinite implements Check {
    private static final Duration MOST = Duration.ofHours(24);

    @Override
    public void check(Draft draft) {
      atMost(draft, Key.CEILINGS.wallTime(), MOST, "longer is as good as unlimited");
    }
  }

  /** The CPU-time limit can be reached before the wall-time limit. */
  static final class WallTimeCoversCpuTime implements Check {
    @Override
    public void check(Draft draft) {
      check(draft, Key.LIMITS);
      check(draft, Key.CEILINGS);
    }

    private static void check(Draft draft, LimitKeys keys) {
      Located<Duration> cpu = draft.get(keys.cpuTime());
      Located<Duration> wall = draft.get(keys.wallTime());
      Located<Double> cpus = draft.get(keys.cpus());
      if (cpu.value().toNanos() > wall.value().toNanos() * cpus.value()) {
        throw Place.toBlame(Place.toBlame(wall.place(), cpu.place()), cpus.place())
            .error(
                keys.wallTime().path()
                    + " "
                    + Durations.render(wall.value())
                    + " with cpus "
                    + keys.cpus().syntax().render().apply(cpus.value())
                    + " ends before cpuTime "
                    + Durations.render(cpu.value())
                    + " can be used");
      }
    }
  }

  /** The memory limit leaves room for a small static program. */
  static final class MemoryStartsAProgram implements Check {
    @Override
    public void check(Draft draft) {
      atLeast(draft, Key.LIMITS.memory(), LimitBounds.LEAST_MEMORY, "no program starts in less");
    }
  }

  /** The pids limit is at least the program itself and at most what the kernel can count. */
  static final class PidsHoldTheProgram implements Check {
    private static final int PID_MAX_LIMIT = 4_194_304;

    @Override
    public void check(Draft draft) {
      atLeast(draft, Key.LIMITS.pids(), LimitBounds.LEAST_PIDS, "the program itself is one");
      atMost(draft, Key.CEILINGS.pids(), PID_MAX_LIMIT, "the kernel has no more");
    }
  }

  /** What is kept of the output fits into memory of ours. */
  static final class OutputCanBeHeld implements Check {
    private static final ByteSize MOST = ByteSize.ofMebibytes(1024);

    @Override
    public void check(Draft draft) {
      atMost(draft, Key.CEILINGS.output(), MOST, "it is held in memory until the run ends");
    }
  }

  /** The CPU rate is one that {@code cpu.max} can express: at least 1 ms in 100 ms. */
  static final class CpusAreUsable implements Check {
    private static final double MOST = 8192;

    @Override
    public void check(Draft draft) {
      atLeast(draft, Key.LIMITS.cpus(), LimitBounds.LEAST_CPUS, "the kernel gives no smaller rate");
      atMost(draft, Key.CEILINGS.cpus(), MOST, "the kernel knows no more processors");
    }
  }

  /** RLIMIT_NOFILE leaves room for a loader and a few files, and is below the kernel's nr_open. */
  static final class OpenFilesLeaveRoom implements Check {
    private static final int LEAST = 16;
    private static final int NR_OPEN = 1_048_576;

    @Override
    public void check(Draft draft) {
      atLeast(draft, Key.OPEN_FILES, LEAST, "a dynamic program needs that many to start");
      atMost(draft, Key.OPEN_FILES, NR_OPEN, "the kernel's nr_open allows no more");
    }
  }

  /** RLIMIT_STACK holds arguments and environment, and is not above the memory there can be. */
  static final class StackIsUsable implements Check {
    private static final ByteSize LEAST = ByteSize.ofKibibytes(128);

    @Override
    public void check(Draft draft) {
      atLeast(draft, Key.STACK, LEAST, "arguments and environment stand in it");
      fitsMemory(draft, Key.STACK);
    }
  }

  /** What may be locked or queued in the kernel is not above the memory there can be. */
  static final class KernelMemoryFits implements Check {
    @Override
    public void check(Draft draft) {
      fitsMemory(draft, Key.LOCKED_MEMORY);
      fitsMemory(draft, Key.MESSAGE_QUEUES);
    }
  }

  private static void fitsMemory(Draft draft, Key<ByteSize> key) {
    Located<ByteSize> value = draft.get(key);
    Located<ByteSize> memory = draft.get(Key.CEILINGS.memory());
    if (value.value().compareTo(memory.value()) > 0) {
      throw Place.toBlame(value.place(), memory.place())
          .error(key.path() + " " + value.value() + " is above ceilings.memory, " + memory.value());
    }
  }
}
