package dev.stockade.fuzz;

import dev.stockade.core.cgroup.CgroupLease;
import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.run.Alteration;
import dev.stockade.core.seccomp.BpfProgram;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompCompiler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The filters that were compiled in this JVM: compiling takes longer than all the rest of opening a
 * sandbox, and thousands are opened with the same rules.
 */
public final class CompiledFilters {
  private static final SeccompRules HARDLY_ANY = new SeccompRules("EPERM", List.of());
  private static final SeccompCompiler COMPILER = new SeccompCompiler();
  private static final Map<SeccompRules, BpfProgram> KNOWN = new ConcurrentHashMap<>();

  private CompiledFilters() {}

  /** As the sandbox compiles them. */
  public static BpfProgram of(SeccompRules rules) {
    return KNOWN.computeIfAbsent(rules, any -> COMPILER.compile(any, HostileAction.USER_NOTIFY));
  }

  /** The same alteration, with a filter that is not compiled anew if its rules are known. */
  public static Alteration known(Policy policy, Alteration alteration) {
    return known(policy, false, alteration);
  }

  /** The same for a sandbox whose runs are pinned or not. */
  public static Alteration known(Policy policy, boolean pinned, Alteration alteration) {
    return new Alteration() {
      @Override
      public SeccompRules rules(SeccompRules rules) {
        return HARDLY_ANY;
      }

      @Override
      public BpfProgram filter(BpfProgram filter) {
        return alteration.filter(of(alteration.rules(FilterRules.of(policy, pinned))));
      }

      @Override
      public Plan plan(Plan plan) {
        return alteration.plan(plan);
      }

      @Override
      public CgroupLease lease(CgroupLease lease) {
        return alteration.lease(lease);
      }
    };
  }
}
