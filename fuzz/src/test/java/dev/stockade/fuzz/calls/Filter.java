package dev.stockade.fuzz.calls;

import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfEvaluator;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompAction;
import dev.stockade.core.seccomp.SeccompCompiler;
import dev.stockade.core.seccomp.SeccompData;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** What a policy's filter does with calls, asked of the evaluator instead of the kernel. */
final class Filter {
  /** Linux 6.14 and newer pass them by every filter; outside of a probe they end in SIGILL. */
  private static final Set<String> NEVER_FILTERED = Set.of("uprobe", "uretprobe");

  private static final int SAMPLES = 64;

  private final BpfEvaluator evaluator;
  private final Map<String, Set<SeccompAction.Kind>> kinds = new TreeMap<>();

  Filter(Policy policy) {
    evaluator =
        new BpfEvaluator(
            new SeccompCompiler().compile(FilterRules.of(policy), HostileAction.USER_NOTIFY));
    Random random = new Random(0);
    for (String name : SyscallTable.X86_64.numbers().keySet()) {
      Set<SeccompAction.Kind> found = EnumSet.noneOf(SeccompAction.Kind.class);
      for (int i = 0; i < SAMPLES; i++) {
        long[] words = new long[6];
        for (int j = 0; j < words.length; j++) {
          words[j] = random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(8);
        }
        found.add(action(name, words).kind());
      }
      if (!NEVER_FILTERED.contains(name)) {
        kinds.put(name, found);
      }
    }
  }

  /** Calls that the filter passes with some arguments. */
  List<String> allowed() {
    return named(SeccompAction.Kind.ALLOW, true);
  }

  /** Calls that answer an errno whatever their arguments. */
  List<String> denied() {
    List<String> denied = named(SeccompAction.Kind.ALLOW, false);
    denied.removeAll(hostile());
    return denied;
  }

  /** Calls that end the run. */
  List<String> hostile() {
    return named(SeccompAction.Kind.USER_NOTIFY, true);
  }

  private List<String> named(SeccompAction.Kind kind, boolean wanted) {
    List<String> names = new ArrayList<>();
    kinds.forEach(
        (name, found) -> {
          if (found.contains(kind) == wanted) {
            names.add(name);
          }
        });
    return names;
  }

  SeccompAction action(String name, long... words) {
    return evaluator.evaluate(SeccompData.x86_64(SyscallTable.X86_64.number(name), words));
  }

  /** What happens to a call of a case; empty when that depends on what earlier calls return. */
  Optional<SeccompAction> action(Call call, CasePlan plan) {
    long[] words = new long[6];
    for (int i = 0; i < call.arguments().size(); i++) {
      OptionalLong value = plan.value(call.arguments().get(i));
      if (value.isEmpty()) {
        return Optional.empty();
      }
      words[i] = value.getAsLong();
    }
    return Optional.of(action(call.name(), words));
  }
}
