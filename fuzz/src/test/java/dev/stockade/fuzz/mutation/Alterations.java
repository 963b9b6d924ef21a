package dev.stockade.fuzz.mutation;

import dev.stockade.core.cgroup.CgroupLease;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.run.Alteration;
import dev.stockade.core.seccomp.BpfProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Alterations and their sums. */
final class Alterations {
  private Alterations() {}

  /** One after the other, the first one on what was compiled. */
  static Alteration inOrder(Alteration... parts) {
    return new Alteration() {
      @Override
      public Plan plan(Plan plan) {
        Plan changed = plan;
        for (Alteration part : parts) {
          changed = part.plan(changed);
        }
        return changed;
      }

      @Override
      public SeccompRules rules(SeccompRules rules) {
        SeccompRules changed = rules;
        for (Alteration part : parts) {
          changed = part.rules(changed);
        }
        return changed;
      }

      @Override
      public BpfProgram filter(BpfProgram filter) {
        BpfProgram changed = filter;
        for (Alteration part : parts) {
          changed = part.filter(changed);
        }
        return changed;
      }

      @Override
      public CgroupLease lease(CgroupLease lease) {
        CgroupLease changed = lease;
        for (Alteration part : parts) {
          changed = part.lease(changed);
        }
        return changed;
      }
    };
  }

  /** Two changes of plans, each of which knows steps by their numbers in the plan as compiled. */
  static Alteration both(Alteration one, Alteration other) {
    return new Alteration() {
      @Override
      public Plan plan(Plan compiled) {
        Plan first = one.plan(compiled);
        if (first.steps().size() == compiled.steps().size()) {
          return other.plan(first);
        }
        Plan second = other.plan(compiled);
        if (second.steps().size() == compiled.steps().size()) {
          return one.plan(second);
        }
        return first.withSteps(
            first.steps().stream()
                .filter(step -> second.steps().stream().anyMatch(left -> left == step))
                .toList());
      }
    };
  }

  /** Changes the steps of the plan of one name. */
  static Alteration steps(String plan, UnaryOperator<List<Step>> change) {
    return new Alteration() {
      @Override
      public Plan plan(Plan compiled) {
        return compiled.name().equals(plan)
            ? compiled.withSteps(change.apply(compiled.steps()))
            : compiled;
      }
    };
  }

  /** Leaves out steps of a plan, by their numbers in {@code explain}. */
  static Alteration without(String plan, Set<Integer> numbers) {
    return steps(
        plan,
        steps -> {
          List<Step> left = new ArrayList<>();
          for (int i = 0; i < steps.size(); i++) {
            if (!numbers.contains(i)) {
              left.add(steps.get(i));
            }
          }
          return left;
        });
  }

  /**
   * Puts another step in the place of one; made of that very one, since what later steps and Java
   * read is told apart by identity.
   */
  static Alteration instead(String plan, int number, UnaryOperator<Step> other) {
    return steps(
        plan,
        steps -> {
          List<Step> changed = new ArrayList<>(steps);
          changed.set(number, other.apply(steps.get(number)));
          return changed;
        });
  }

  /** Puts steps before the step of a number. */
  static Alteration before(String plan, int number, List<Step> more) {
    return steps(
        plan,
        steps -> {
          List<Step> changed = new ArrayList<>(steps);
          changed.addAll(number, more);
          return changed;
        });
  }

  static Alteration rules(UnaryOperator<SeccompRules> change) {
    return new Alteration() {
      @Override
      public SeccompRules rules(SeccompRules rules) {
        return change.apply(rules);
      }
    };
  }

  static Alteration filter(UnaryOperator<BpfProgram> change) {
    return new Alteration() {
      @Override
      public BpfProgram filter(BpfProgram filter) {
        return change.apply(filter);
      }
    };
  }

  static Alteration lease(UnaryOperator<CgroupLease> change) {
    return new Alteration() {
      @Override
      public CgroupLease lease(CgroupLease lease) {
        return change.apply(lease);
      }
    };
  }
}
