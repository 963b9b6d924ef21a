package dev.stockade.core.policy;

import java.util.List;

/**
 * The system calls that a program may make.
 *
 * @param defaultErrno name of the errno that a call no rule names returns, for example {@code
 *     EPERM}
 * @param rules in no particular order; for one call the strictest action wins: kill, errno, allow
 */
public record SeccompRules(String defaultErrno, List<Rule> rules) {
  public SeccompRules {
    rules = List.copyOf(rules);
  }

  /** What happens to a call. */
  public sealed interface Action permits Allow, Errno, Kill {}

  /** The call is made. */
  public record Allow() implements Action {}

  /**
   * The call is not made and returns an error.
   *
   * @param name errno name, for example {@code ENOSYS}
   */
  public record Errno(String name) implements Action {
    /** The call is not made and answers 0, as if it had been; not for policies to write. */
    public static final Errno NONE = new Errno("0");
  }

  /** The call is not made and the whole run ends as a SECURITY_VIOLATION: the hostile few. */
  public record Kill() implements Action {}

  /**
   * One rule.
   *
   * @param calls kernel names; siblings are not implied here, the compiler of rules adds them
   * @param when conditions on arguments, all of which must hold; empty for every call
   */
  public record Rule(Action action, List<String> calls, List<ArgumentCondition> when) {
    public Rule {
      calls = List.copyOf(calls);
      when = List.copyOf(when);
    }
  }

  /**
   * A test of one argument: {@code (arg[index] & mask) OP value}.
   *
   * @param index 0 to 5
   * @param mask −1 compares the whole 64-bit word
   */
  public record ArgumentCondition(int index, long mask, Comparison comparison, long value) {}

  /** How an argument is compared with the wanted value, unsigned. */
  public enum Comparison {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL
  }
}
