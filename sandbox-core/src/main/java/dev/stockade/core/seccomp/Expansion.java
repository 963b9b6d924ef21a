package dev.stockade.core.seccomp;

import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Rule;
import dev.stockade.core.seccomp.Siblings.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Makes every rule cover the siblings of the calls that it names.
 *
 * <ul>
 *   <li>Without conditions, a rule for one covers all. Two exceptions: {@code errno ENOSYS} covers
 *       only what it names, because its purpose is to send a program to a sibling; and an allowed
 *       call does not bring a sibling that can do more ({@code fork} does not bring {@code clone}).
 *   <li>A condition is carried to the position that the parameter has in the sibling; where the
 *       sibling's value is known ({@code fork} is {@code clone} with SIGCHLD) it is decided here.
 *   <li>Where a sibling keeps the parameter out of the filter's sight ({@code clone3}, {@code
 *       openat2}), it answers ENOSYS, so that libraries fall back to the one that can be checked. A
 *       denial insists on this; an allowance gives way to any rule that names the sibling.
 * </ul>
 */
final class Expansion {
  private static final String NO_SUCH_CALL = "ENOSYS";

  private Expansion() {}

  /** What the rules want for each call by name, siblings included. */
  static Map<String, List<CallRule>> of(SeccompRules rules, HostileAction hostile) {
    Map<String, List<CallRule>> byCall = new TreeMap<>();
    for (Rule rule : rules.rules()) {
      check(rule);
      for (String call : rule.calls()) {
        for (CallRule one : expand(rule, call, hostile)) {
          byCall.computeIfAbsent(one.call(), key -> new ArrayList<>()).add(one);
        }
      }
    }
    return byCall;
  }

  private static void check(Rule rule) {
    for (ArgumentCondition condition : rule.when()) {
      if (condition.index() < 0 || condition.index() >= Box.ARGUMENTS) {
        throw new IllegalArgumentException(
            "a system call has arguments 0 to 5, not " + condition.index());
      }
    }
    for (String call : rule.calls()) {
      if (SyscallTable.X86_64.find(call).isEmpty()) {
        throw new IllegalArgumentException("no system call is named " + call);
      }
      if (!rule.when().isEmpty() && namesSibling(rule, call)) {
        throw new IllegalArgumentException(
            "a rule with conditions names "
                + call
                + " and a sibling of it: name one, its conditions are carried over to the other");
      }
    }
  }

  private static boolean namesSibling(Rule rule, String call) {
    return Siblings.familyOf(call).stream()
        .anyMatch(member -> !member.call().equals(call) && rule.calls().contains(member.call()));
  }

  private static List<CallRule> expand(Rule rule, String call, HostileAction hostile) {
    Effect effect = Effect.of(rule.action(), hostile);
    List<CallRule> expanded = new ArrayList<>();
    expanded.add(new CallRule(call, effect, rule.when()));
    if (rule.action() instanceof SeccompRules.Errno errno && errno.name().equals(NO_SUCH_CALL)) {
      return expanded;
    }
    Member named = Siblings.member(call);
    for (Member sibling : Siblings.familyOf(call)) {
      if (!sibling.call().equals(call) && reaches(effect, named, sibling)) {
        carry(rule.when(), effect, named, sibling).ifPresent(expanded::add);
      }
    }
    return expanded;
  }

  private static boolean reaches(Effect effect, Member named, Member sibling) {
    return effect.rank() != Effect.Rank.ALLOW || named.isAsFreeAs(sibling);
  }

  private static Optional<CallRule> carry(
      List<ArgumentCondition> when, Effect effect, Member from, Member to) {
    List<ArgumentCondition> carried = new ArrayList<>();
    boolean hidden = false;
    for (ArgumentCondition condition : when) {
      // A name that no member has stands for an argument that the call itself ignores.
      String parameter = from.parameterAt(condition.index()).orElse("");
      OptionalInt position = to.position(parameter);
      OptionalLong fixed = to.fixedValue(parameter);
      if (position.isPresent()) {
        carried.add(
            new ArgumentCondition(
                position.getAsInt(), condition.mask(), condition.comparison(), condition.value()));
      } else if (fixed.isEmpty()) {
        hidden = true;
      } else if (!Conditions.holds(condition, fixed.getAsLong())) {
        return Optional.empty();
      }
    }
    if (!hidden) {
      return Optional.of(new CallRule(to.call(), effect, carried));
    }
    Effect noSuchCall = effect.rank() == Effect.Rank.ALLOW ? Effect.FALLBACK : Effect.NO_SUCH_CALL;
    return Optional.of(new CallRule(to.call(), noSuchCall, List.of()));
  }
}
