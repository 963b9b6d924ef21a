package dev.stockade.core.seccomp;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Rule;
import dev.stockade.core.seccomp.SeccompAction.Kind;
import dev.stockade.core.seccomp.Siblings.Member;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the rules say about one call, read straight from the policy: no clauses, no boxes, no BPF.
 * The oracle for the filters that we compile.
 */
public final class RuleReading {
  private static final SeccompAction KILL = SeccompAction.of(Kind.KILL_PROCESS);
  private static final SeccompAction ALLOW = SeccompAction.of(Kind.ALLOW);
  private static final SeccompAction NO_SUCH_CALL = SeccompAction.errno(Errno.ENOSYS.number());
  private static final int NEWEST = Collections.max(SyscallTable.X86_64.numbers().values());

  private final SeccompRules rules;
  private final SeccompAction hostile;

  public RuleReading(SeccompRules rules, HostileAction hostile) {
    this.rules = rules;
    this.hostile =
        hostile == HostileAction.KILL_PROCESS ? KILL : SeccompAction.of(Kind.USER_NOTIFY);
  }

  public SeccompAction of(SeccompData call) {
    if (call.architecture() != SeccompData.AUDIT_ARCH_X86_64) {
      return KILL;
    }
    // −1 is what a tracer writes to skip a call; libseccomp leaves it to the default.
    if (call.number() != -1
        && Integer.compareUnsigned(call.number(), SeccompData.X32_SYSCALL_BIT) >= 0) {
      return KILL;
    }
    if (call.number() > NEWEST) {
      return NO_SUCH_CALL;
    }
    String name = SyscallTable.X86_64.name(call.number());
    boolean killed = false;
    boolean allowed = false;
    boolean hidden = false;
    List<Integer> errnos = new ArrayList<>();
    for (Rule rule : rules.rules()) {
      for (String named : rule.calls()) {
        Optional<Boolean> holds = holds(rule, named, name, call);
        if (holds.isEmpty()) {
          if (rule.action() instanceof SeccompRules.Allow) {
            hidden = true;
          } else {
            errnos.add(Errno.ENOSYS.number());
          }
        } else if (holds.get()) {
          if (rule.action() instanceof SeccompRules.Kill) {
            killed = true;
          } else if (rule.action() instanceof SeccompRules.Allow) {
            allowed = true;
          } else {
            SeccompRules.Errno errno = (SeccompRules.Errno) rule.action();
            boolean none = errno.equals(SeccompRules.Errno.NONE);
            errnos.add(none ? 0 : Errno.named(errno.name()).orElseThrow().number());
          }
        }
      }
    }
    if (killed) {
      return hostile;
    }
    if (!errnos.isEmpty()) {
      return SeccompAction.errno(Collections.min(errnos));
    }
    if (allowed) {
      return ALLOW;
    }
    return hidden
        ? NO_SUCH_CALL
        : SeccompAction.errno(Errno.named(rules.defaultErrno()).orElseThrow().number());
  }

  /** Whether a rule for one call holds for another one that is made; empty when nobody can tell. */
  private static Optional<Boolean> holds(Rule rule, String named, String made, SeccompData call) {
    if (named.equals(made)) {
      return Optional.of(
          rule.when().stream()
              .allMatch(condition -> holds(condition, call.arguments().get(condition.index()))));
    }
    List<Member> family = Siblings.familyOf(named);
    Optional<Member> sibling = member(family, made);
    if (sibling.isEmpty()) {
      return Optional.of(false);
    }
    if (rule.action() instanceof SeccompRules.Errno errno && errno.name().equals("ENOSYS")) {
      return Optional.of(false);
    }
    Member from = member(family, named).orElseThrow();
    boolean canDoMore = !from.fixed().isEmpty() && !from.fixed().equals(sibling.get().fixed());
    if (rule.action() instanceof SeccompRules.Allow && canDoMore) {
      return Optional.of(false);
    }
    boolean hidden = false;
    boolean holds = true;
    boolean holdsForFixed = true;
    for (ArgumentCondition condition : rule.when()) {
      Optional<String> parameter = from.parameterAt(condition.index());
      OptionalInt position =
          parameter.isEmpty() ? OptionalInt.empty() : sibling.get().position(parameter.get());
      OptionalLong fixed =
          parameter.isEmpty() ? OptionalLong.empty() : sibling.get().fixedValue(parameter.get());
      if (position.isPresent()) {
        holds &= holds(condition, call.arguments().get(position.getAsInt()));
      } else if (fixed.isPresent()) {
        holdsForFixed &= holds(condition, fixed.getAsLong());
      } else {
        hidden = true;
      }
    }
    if (!holdsForFixed) {
      return Optional.of(false);
    }
    return hidden ? Optional.empty() : Optional.of(holds);
  }

  private static Optional<Member> member(List<Member> family, String call) {
    return family.stream().filter(member -> member.call().equals(call)).findAny();
  }

  private static boolean holds(ArgumentCondition condition, long argument) {
    long masked = argument & condition.mask();
    long value = condition.value();
    return switch (condition.comparison()) {
      case EQUAL -> masked == value;
      case NOT_EQUAL -> masked != value;
      case LESS -> Long.compareUnsigned(masked, value) < 0;
      case LESS_OR_EQUAL -> Long.compareUnsigned(masked, value) <= 0;
      case GREATER -> Long.compareUnsigned(masked, value) > 0;
      case GREATER_OR_EQUAL -> Long.compareUnsigned(masked, value) >= 0;
    };
  }
}
