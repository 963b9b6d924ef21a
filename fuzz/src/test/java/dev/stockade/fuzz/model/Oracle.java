package dev.stockade.fuzz.model;

import dev.stockade.core.Verdict;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plays a scenario in its head. It knows what the verdicts are said to mean, and nothing of how
 * they are found.
 */
final class Oracle {
  private static final int SIGKILL = 9;
  private static final int SIGSYS = 31;

  /** What a busy User-Mode Linux takes to touch a MiB, a hundred times a real machine's. */
  private static final int TOUCH_MILLIS = 100;

  /** And to make a child and end it. */
  private static final int FORK_MILLIS = 20;

  /** A busy machine takes so many times as long. */
  private static final int BUSY = 8;

  /** A scenario that takes longer is not worth its time. */
  private static final int LONGEST_WAIT_MILLIS = 5_000;

  /** SIGCHLD, SIGCONT, SIGURG, SIGWINCH: nothing happens, signal(7). */
  private static final Set<Integer> HARMLESS = Set.of(17, 18, 23, 28);

  /** SIGSTOP; then SIGTSTP, SIGTTIN, SIGTTOU, which an orphaned process group does not obey. */
  private static final int SIGSTOP = 19;

  private static final Set<Integer> TERMINAL_STOPS = Set.of(20, 21, 22);

  private final Scenario scenario;
  private final long[] written = new long[3];
  private int position;
  private int alive = 1;
  private int burnt;
  private int held;
  private int heldAtMost;
  private int slept;
  private boolean refused;
  private boolean ignores;
  private boolean exact = true;
  private boolean tooClose;

  private Oracle(Scenario scenario) {
    this.scenario = scenario;
  }

  /** What must come of it; empty when that depends on a few milliseconds or kilobytes. */
  static Optional<Prediction> of(Scenario scenario) {
    Oracle oracle = new Oracle(scenario);
    Prediction prediction = oracle.play();
    return oracle.tooClose ? Optional.empty() : Optional.of(prediction);
  }

  private Prediction play() {
    for (Act act : scenario.acts()) {
      position++;
      Prediction end = perform(act);
      if (end != null) {
        return end;
      }
      int slow = TOUCH_MILLIS * heldAtMost + FORK_MILLIS * alive;
      tooClose |= slept + BUSY * burnt + slow > scenario.wallMillis() / 2;
      tooClose |= 3 * burnt + slow > scenario.cpuMillis();
    }
    return exited(0);
  }

  private @Nullable Prediction perform(Act act) {
    if (act instanceof Act.Exit exit) {
      return exited(exit.status());
    } else if (act instanceof Act.Signal signal) {
      return signalled(signal.number());
    } else if (act instanceof Act.Alloc alloc) {
      return allocate(alloc);
    } else if (act instanceof Act.Burn burn) {
      return burn(burn);
    } else if (act instanceof Act.Sleep sleep) {
      slept += sleep.millis();
      return slept > 2 * scenario.wallMillis() ? outOfTime() : null;
    } else if (act instanceof Act.Write write) {
      written[write.stream()] += write.bytes();
      return written[write.stream()] > scenario.outputBytes() ? flooded() : null;
    } else if (act instanceof Act.Fork fork) {
      refused |= alive + fork.count() > scenario.pids();
      alive = Math.min(scenario.pids(), alive + fork.count());
    } else if (act instanceof Act.Orphan) {
      refused |= alive + 2 > scenario.pids();
      alive += alive + 2 > scenario.pids() ? 0 : 1;
    } else if (act instanceof Act.Ignore) {
      ignores = true;
    } else if (act instanceof Act.Mount) {
      return killed(Verdict.SECURITY_VIOLATION);
    }
    return null;
  }

  private @Nullable Prediction signalled(int number) {
    if (number == SIGSTOP) {
      return outOfTime();
    }
    if (HARMLESS.contains(number)
        || TERMINAL_STOPS.contains(number)
        || (ignores && number != SIGKILL)) {
      return null;
    }
    Verdict verdict = number == SIGSYS ? Verdict.SECURITY_VIOLATION : Verdict.SIGNALED;
    return end(verdict, null, number);
  }

  private @Nullable Prediction allocate(Act.Alloc alloc) {
    if (alloc.inChild() && cannotFork()) {
      return null;
    }
    int most = held + alloc.mebibytes();
    heldAtMost = Math.max(heldAtMost, most);
    if (!alloc.inChild()) {
      held = most;
    }
    if (2 * most > 3 * scenario.memoryMebibytes()) {
      int touched = Math.min(most, scenario.memoryMebibytes());
      tooClose |= TOUCH_MILLIS * touched > Math.min(scenario.cpuMillis(), scenario.wallMillis());
      heldAtMost = 0;
      if (alloc.inChild()) { // with cgroup v1 the program itself lives on
        exact = false;
        tooClose |= rest().anyMatch(act -> act instanceof Act.Write);
      }
      return killed(Verdict.MEMORY_LIMIT);
    }
    tooClose |= 2 * most > scenario.memoryMebibytes();
    return null;
  }

  private @Nullable Prediction burn(Act.Burn burn) {
    if (burn.inChild() && cannotFork()) {
      return null;
    }
    burnt += burn.millis();
    if (burnt > 3 * scenario.cpuMillis() / 2) {
      tooClose |= BUSY * scenario.cpuMillis() > scenario.wallMillis();
      burnt = scenario.cpuMillis();
      return killed(Verdict.CPU_TIME_LIMIT);
    }
    return null;
  }

  /** Asleep or stopped for good; only the wall clock goes on. */
  private Prediction outOfTime() {
    tooClose |= scenario.wallMillis() > LONGEST_WAIT_MILLIS;
    return killed(Verdict.WALL_TIME_LIMIT);
  }

  /**
   * It is killed when the server sees it, and may come to its end, or do something worse, before.
   */
  private Prediction flooded() {
    exact = false;
    tooClose |= rest().anyMatch(act -> act instanceof Act.Mount);
    return killed(Verdict.OUTPUT_LIMIT);
  }

  /** What would come after the act that is performed now. */
  private Stream<Act> rest() {
    return scenario.acts().stream().skip(position);
  }

  private boolean cannotFork() {
    boolean full = alive + 1 > scenario.pids();
    refused |= full;
    return full;
  }

  private Prediction exited(int status) {
    return end(status == 0 ? Verdict.OK : Verdict.NONZERO_EXIT, status, null);
  }

  private Prediction killed(Verdict verdict) {
    return end(verdict, null, SIGKILL);
  }

  private Prediction end(Verdict verdict, @Nullable Integer exitCode, @Nullable Integer signal) {
    return new Prediction(
        verdict, exitCode, signal, written[1], written[2], refused, exact, burnt, heldAtMost);
  }
}
