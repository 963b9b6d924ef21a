package dev.stockade.core.seccomp;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.policy.SeccompRules;
import java.util.Comparator;

/**
 * What one rule wants for a call, ordered so that the first of several wins.
 *
 * @param rank strictness
 * @param action what the filter then returns
 */
record Effect(Rank rank, SeccompAction action) implements Comparable<Effect> {
  /** Strictness; a lower one wins. */
  enum Rank {
    KILL,
    ERRNO,
    ALLOW,
    /** Below every rule that somebody wrote: see {@link Expansion}. */
    FALLBACK
  }

  /** ENOSYS where nothing else is said. */
  static final Effect FALLBACK =
      new Effect(Rank.FALLBACK, SeccompAction.errno(Errno.ENOSYS.number()));

  /** ENOSYS as a denial. */
  static final Effect NO_SUCH_CALL =
      new Effect(Rank.ERRNO, SeccompAction.errno(Errno.ENOSYS.number()));

  /** Of two errnos the lower number wins, so that the order of rules means nothing. */
  private static final Comparator<Effect> STRICTEST_FIRST =
      Comparator.comparing(Effect::rank).thenComparingInt(effect -> effect.action.data());

  static Effect of(SeccompRules.Action action, HostileAction hostile) {
    if (action instanceof SeccompRules.Allow) {
      return new Effect(Rank.ALLOW, SeccompAction.of(SeccompAction.Kind.ALLOW));
    }
    if (action instanceof SeccompRules.Kill) {
      return new Effect(Rank.KILL, SeccompAction.of(kindOf(hostile)));
    }
    String name = ((SeccompRules.Errno) action).name();
    return new Effect(Rank.ERRNO, SeccompAction.errno(errno(name)));
  }

  /** The number of an errno that a rule names; 0 for none. */
  static int errno(String name) {
    if (name.equals(SeccompRules.Errno.NONE.name())) {
      return 0;
    }
    return Errno.named(name)
        .orElseThrow(() -> new IllegalArgumentException("no errno is named " + name))
        .number();
  }

  private static SeccompAction.Kind kindOf(HostileAction hostile) {
    return switch (hostile) {
      case KILL_PROCESS -> SeccompAction.Kind.KILL_PROCESS;
      case USER_NOTIFY -> SeccompAction.Kind.USER_NOTIFY;
    };
  }

  @Override
  public int compareTo(Effect other) {
    return STRICTEST_FIRST.compare(this, other);
  }
}
