package dev.stockade.fuzz.filter;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.RuleArbitraries;
import dev.stockade.core.seccomp.SeccompData;
import dev.stockade.fuzz.Effort;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;
import net.jqwik.api.statistics.Statistics;

/** Filters of random rules, asked in the kernel. */
final class RandomFiltersIT {
  private static final int TRIES = Effort.of(60, 1500);

  @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  @AddLifecycleHook(AfterTries.class)
  void rulesEvaluatorAndKernelAgree(
      @ForAll("rules") SeccompRules rules, @ForAll HostileAction hostile, @ForAll Random random) {
    boolean compiled = true;
    try {
      new Agreement(rules.toString(), rules, hostile, random).check(SeccompData.AUDIT_ARCH_X86_64);
    } catch (IllegalArgumentException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("use fewer"), e::getMessage);
      compiled = false;
    }
    Statistics.collect(compiled ? "compiled" : "too many conditions");
    Statistics.coverage(coverage -> coverage.check("compiled").percentage(p -> p > 60));
  }

  @Provide
  Arbitrary<SeccompRules> rules() {
    return RuleArbitraries.rules();
  }

  /** Ends the property after as many tries as this run's effort has. */
  static final class AfterTries implements AroundTryHook {
    private final AtomicInteger tries = new AtomicInteger();

    @Override
    public TryExecutionResult aroundTry(
        TryLifecycleContext context, TryExecutor executor, List<Object> parameters) {
      TryExecutionResult result = executor.execute(parameters);
      boolean enough = tries.incrementAndGet() >= TRIES;
      return result.isSatisfied() && enough ? TryExecutionResult.satisfied(true) : result;
    }
  }
}
