package dev.stockade.core.policy;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.Draft.RuleEntry;
import dev.stockade.core.policy.Policy.Network;
import dev.stockade.core.policy.SeccompRules.Action;
import dev.stockade.core.policy.SeccompRules.Allow;
import dev.stockade.core.policy.SeccompRules.Kill;
import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Place;
import dev.stockade.core.yaml.Quote;
import dev.stockade.core.yaml.Suggestion;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/** Checks of which system calls the rules name and whether they contradict each other. */
final class SeccompChecks {
  private SeccompChecks() {}

  /** Every errno is one of errno(3). */
  static final class ErrnosAreKnown implements Check {
    @Override
    public void check(Draft draft) {
      for (Located<String> name : draft.errnoNames()) {
        if (Errno.named(name.value()).isEmpty()) {
          List<String> names = Arrays.stream(Errno.values()).map(Enum::name).toList();
          throw name.place()
              .error(
                  "unknown errno " + Quote.of(name.value()) + Suggestion.of(name.value(), names));
        }
      }
    }
  }

  /** A rule is about something. */
  static final class RulesNameCalls implements Check {
    @Override
    public void check(Draft draft) {
      for (RuleEntry rule : draft.rules().entries()) {
        if (rule.calls().isEmpty()) {
          throw rule.place().error("the rule names no system call");
        }
      }
    }
  }

  /** Every call is one of syscalls(2) on x86-64. */
  static final class CallsAreKnown implements Check {
    @Override
    public void check(Draft draft) {
      Set<String> known = SyscallTable.X86_64.numbers().keySet();
      for (RuleEntry rule : draft.rules().entries()) {
        for (Located<String> call : rule.calls()) {
          if (!known.contains(call.value())) {
            throw call.place()
                .error(
                    "unknown system call "
                        + Quote.of(call.value())
                        + Suggestion.of(call.value(), known));
          }
        }
      }
    }
  }

  /** A rule names a call once. */
  static final class CallsAreNamedOnce implements Check {
    @Override
    public void check(Draft draft) {
      for (RuleEntry rule : draft.rules().entries()) {
        Set<String> seen = new HashSet<>();
        for (Located<String> call : rule.calls()) {
          if (!seen.add(call.value())) {
            throw call.place().error("the rule names " + Quote.of(call.value()) + " twice");
          }
        }
      }
    }
  }

  /** Nothing weaker is said about a call after a rule that kills for it. */
  static final class KillsStay implements Check {
    @Override
    public void check(Draft draft) {
      refuseWeaker(
          draft,
          (stronger, weaker) -> stronger instanceof Kill && !(weaker instanceof Kill),
          " kills the run; that cannot be taken back");
    }
  }

  /** Nothing is allowed after a rule that answers it with an errno. */
  static final class DenialsStay implements Check {
    @Override
    public void check(Draft draft) {
      refuseWeaker(
          draft,
          (stronger, weaker) -> stronger instanceof SeccompRules.Errno && weaker instanceof Allow,
          " returns an errno; that cannot be taken back");
    }
  }

  /** For one call there is one errno. */
  static final class ErrnosAgree implements Check {
    @Override
    public void check(Draft draft) {
      refuseWeaker(
          draft,
          (one, other) ->
              one instanceof SeccompRules.Errno first
                  && other instanceof SeccompRules.Errno second
                  && !first.name().equals(second.name()),
          " returns another errno; that cannot be changed");
    }
  }

  /**
   * Fails where a rule has no effect because an unconditional one before it wins. Rules of an
   * ancestor come before. A stronger rule after a weaker one is fine: that is how a policy takes
   * calls away.
   */
  private static void refuseWeaker(
      Draft draft, BiPredicate<Action, Action> wins, String consequence) {
    List<RuleEntry> rules = draft.rules().entries();
    for (int later = 1; later < rules.size(); later++) {
      for (RuleEntry earlier : rules.subList(0, later)) {
        RuleEntry rule = rules.get(later);
        if (!earlier.conditional() && wins.test(earlier.action().value(), rule.action().value())) {
          refuseShared(earlier, rule, consequence);
        }
      }
    }
  }

  private static void refuseShared(RuleEntry earlier, RuleEntry later, String consequence) {
    for (Located<String> winner : earlier.calls()) {
      for (Located<String> loser : later.calls()) {
        if (winner.value().equals(loser.value())) {
          String where =
              winner.place().file().equals(loser.place().file())
                  ? "line " + winner.place().line()
                  : winner.place().fileName();
          throw loser
              .place()
              .error(
                  Quote.of(loser.value())
                      + " already stands in "
                      + where
                      + ", which"
                      + consequence);
        }
      }
    }
  }

  /** The filter is in place before the program is: it must let it start, and end. */
  static final class ProgramsCanStartAndEnd implements Check {
    /**
     * A denial of the one is a denial of the other: see {@code Siblings} of the seccomp package.
     */
    private static final Map<String, String> NEEDED_WITH_SIBLING =
        new TreeMap<>(Map.of("execve", "execveat", "exit_group", "exit"));

    @Override
    public void check(Draft draft) {
      for (String call : NEEDED_WITH_SIBLING.keySet()) {
        Optional<Place> denial = denial(draft, call, NEEDED_WITH_SIBLING.get(call));
        if (denial.isPresent() || !allowed(draft, call)) {
          throw denial
              .orElse(draft.get(Key.SECCOMP_DEFAULT).place())
              .error("seccomp must allow " + call + ": no program starts and ends without it");
        }
      }
    }
  }

  /** A network can be used. */
  static final class LoopbackHasSockets implements Check {
    @Override
    public void check(Draft draft) {
      Located<Network> network = draft.get(Key.NETWORK);
      Optional<Place> denial = denial(draft, "socket", "socket");
      if (network.value() != Network.NONE && (denial.isPresent() || !allowed(draft, "socket"))) {
        throw Place.toBlame(network.place(), denial.orElse(network.place()))
            .error(
                "network "
                    + network.value().name().toLowerCase(Locale.ROOT)
                    + " is of no use: seccomp does not allow \"socket\"");
      }
    }
  }

  private static boolean allowed(Draft draft, String call) {
    return draft.rules().entries().stream()
        .anyMatch(
            rule ->
                rule.action().value() instanceof Allow
                    && rule.calls().stream().anyMatch(named -> named.value().equals(call)));
  }

  /**
   * Where a call is denied whatever its arguments, by name or with its sibling. ENOSYS denies only
   * the call that it is given for.
   */
  private static Optional<Place> denial(Draft draft, String call, String sibling) {
    Action onlyItself = new SeccompRules.Errno(Errno.ENOSYS.name());
    for (RuleEntry rule : draft.rules().entries()) {
      Action action = rule.action().value();
      if (rule.conditional() || action instanceof Allow) {
        continue;
      }
      for (Located<String> named : rule.calls()) {
        boolean bySibling = named.value().equals(sibling) && !action.equals(onlyItself);
        if (named.value().equals(call) || bySibling) {
          return Optional.of(named.place());
        }
      }
    }
    return Optional.empty();
  }
}
