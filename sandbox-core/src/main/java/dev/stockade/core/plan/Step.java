package dev.stockade.core.plan;

import dev.stockade.core.linux.Errno;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One of the executor's four operations. */
public sealed interface Step {
  Phase phase();

  /**
   * A system call.
   *
   * @param name kernel name
   * @param arguments at most six
   * @param tolerated errnos with which the plan goes on
   * @param atLeast the smallest result that is a success; 0 for most calls
   * @param result where the result goes, or {@code null}
   */
  record Call(
      Phase phase,
      String name,
      List<Word> arguments,
      Tolerance tolerated,
      long atLeast,
      @Nullable Slot result)
      implements Step {
    public Call {
      arguments = List.copyOf(arguments);
      if (arguments.size() > 6) {
        throw new IllegalArgumentException(name + " has more than six arguments");
      }
      if (atLeast < 0) {
        throw new IllegalArgumentException("a negative result is a failure");
      }
    }

    @Override
    public String toString() {
      String text =
          name + arguments.stream().map(Word::toString).collect(Collectors.joining(", ", "(", ")"));
      return tolerated.isNone() ? text : text + "   # may fail: " + tolerated;
    }
  }

  /**
   * clone3(2): the child goes on at another plan.
   *
   * @param arguments {@code struct clone_args}
   * @param flags the flags in it, by name
   * @param pid where the parent finds the child's pid
   */
  record Spawn(Phase phase, Datum arguments, String flags, Plan child, Slot pid) implements Step {
    @Override
    public String toString() {
      return "clone3(" + flags + ") → " + child.name();
    }
  }

  /**
   * Waits for every child until one pid is gone, wait4(2) with __WALL.
   *
   * @param pid whose end ends the waiting; where it is 0, nobody's
   * @param status where the last wait status goes
   * @param usage where the last {@code struct rusage} goes
   * @param tolerated errnos with which the plan goes on
   */
  record Reap(Phase phase, Slot pid, Slot status, Slot usage, Tolerance tolerated) implements Step {
    @Override
    public String toString() {
      return tolerated.isNone()
          ? "wait4(-1, __WALL) until the program is gone"
          : "wait4(-1, __WALL) until nobody is left   # may fail: " + tolerated;
    }
  }

  /** Goes on at the plan whose address a word holds. */
  record End(Phase phase, Word target) implements Step {
    @Override
    public String toString() {
      return "go on at " + target;
    }
  }

  /**
   * The errnos with which a call's failure is accepted, and why.
   *
   * @param reason why going on is right
   */
  record Tolerance(Set<Errno> errnos, boolean any, String reason) {
    /** Every failure ends the plan. */
    public static final Tolerance NONE = new Tolerance(Set.of(), false, "");

    public Tolerance {
      errnos = Set.copyOf(errnos);
      if (reason.isBlank() && (any || !errnos.isEmpty())) {
        throw new IllegalArgumentException("a tolerance needs a reason");
      }
      for (Errno errno : errnos) {
        if (errno.number() > 63) {
          throw new IllegalArgumentException(errno + " does not fit the executor's 64-bit mask");
        }
      }
    }

    public static Tolerance of(String reason, Errno first, Errno... more) {
      return new Tolerance(EnumSet.of(first, more), false, reason);
    }

    /** Every errno is accepted, because the server reads the result. */
    public static Tolerance any(String reason) {
      return new Tolerance(Set.of(), true, reason);
    }

    boolean isNone() {
      return !any && errnos.isEmpty();
    }

    @Override
    public String toString() {
      String names =
          any
              ? "any errno"
              : errnos.stream().sorted().map(Errno::name).collect(Collectors.joining(", "));
      return names + ", " + reason;
    }
  }
}
