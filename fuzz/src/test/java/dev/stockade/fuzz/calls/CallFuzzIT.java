package dev.stockade.fuzz.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Verdict;
import dev.stockade.fuzz.Canary;
import dev.stockade.fuzz.Sandboxes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;

/**
 * Random system calls inside the sandbox. Whatever they are: every verdict has its evidence, the
 * filter does what it says, the host is unharmed, nothing stays behind and the next job works.
 *
 * <p>A failure prints its case as text that can be kept: as a file in {@code fuzz/corpus/calls}. It
 * is tried first when the test runs again; with the seed that is printed, {@code
 * -Dstockade.seed=N}, the same cases come again elsewhere.
 */
final class CallFuzzIT {
  private static final List<FuzzSlot> SLOTS = new ArrayList<>();
  private static final ExecutorService WORKERS = Executors.newCachedThreadPool();

  /** Cases at one time; most of a run is waiting, for the kernel or a limit. */
  private static final int PARALLEL = 3;

  private static final Budget BUDGET = Budget.current();
  private static final Tally TALLY = new Tally();

  /** Fewer would mean that the payload is not what we think. */
  private static final int LEAST_DISTINCT_CALLS = 300;

  private static RandomCalls random;
  private static Map<String, Integer> descriptors;

  @BeforeContainer
  static void open() throws InterruptedException {
    Sandboxes.needDefaultPolicy();
    Filter filter = new Filter(Sandboxes.policy(Sandboxes.CANARY));
    random = new RandomCalls(filter);
    Canary.shared().assertUnharmed();
    for (int i = 0; i < PARALLEL; i++) {
      FuzzSlot slot = new FuzzSlot(filter, TALLY, BUDGET.wallTime());
      slot.run(new Case(List.of(), Verdict.OK));
      SLOTS.add(slot);
    }
    Map<String, Integer> most = new TreeMap<>();
    for (int i = 0; i < 3; i++) {
      for (FuzzSlot slot : SLOTS) {
        slot.run(new Case(List.of(), Verdict.OK));
      }
      // A spare that takes long to be made may not be counted, but hardly three times.
      Survivors.settledDescriptors().forEach((kind, count) -> most.merge(kind, count, Math::max));
    }
    descriptors = most;
    TALLY.begin();
  }

  @Property(tries = 1_000_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  @AddLifecycleHook(UntilSpent.class)
  void theSandboxHolds(@ForAll("casesAtOneTime") List<Case> cases) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      FuzzSlot slot = SLOTS.get(i);
      Case one = cases.get(i);
      running.add(WORKERS.submit(() -> slot.run(one)));
    }
    // All of them, also when one has failed: the next try starts with no run going on.
    List<Throwable> failures = new ArrayList<>();
    for (Future<?> future : running) {
      try {
        future.get();
      } catch (ExecutionException e) {
        failures.add(e.getCause());
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(failures.get(0).getMessage(), failures.get(0));
    }
    Canary.shared().assertUnharmed();
    assertEquals(List.of(), Survivors.processes());
  }

  @Provide
  Arbitrary<List<Case>> casesAtOneTime() {
    Arbitrary<Case> one = random.cases(BUDGET.mostCalls());
    return Combinators.combine(one, one, one).as((a, b, c) -> List.of(a, b, c));
  }

  /** Ends the property when enough was called. */
  static final class UntilSpent implements AroundTryHook {
    @Override
    public TryExecutionResult aroundTry(
        TryLifecycleContext context, TryExecutor executor, List<Object> parameters) {
      TryExecutionResult result = executor.execute(parameters);
      boolean spent = BUDGET.isSpent(TALLY.reached(), TALLY.elapsedNanos());
      return result.isSatisfied() && spent ? TryExecutionResult.satisfied(true) : result;
    }
  }

  @AfterContainer
  static void nothingIsLeft() throws InterruptedException {
    if (descriptors == null) {
      return; // nothing was begun
    }
    Map<String, Integer> grown = Survivors.grownDescriptors(descriptors);
    SLOTS.forEach(FuzzSlot::close);
    WORKERS.shutdown();
    System.out.println(TALLY.table(BUDGET));
    assertEquals(Map.of(), grown, "descriptors of this process, by what they are of");
    assertTrue(
        TALLY.distinct() >= LEAST_DISTINCT_CALLS, () -> TALLY.distinct() + " distinct calls");
    assertTrue(TALLY.isFrequent(Verdict.OK, 0.2), "hardly any list of calls comes to its end");
    assertTrue(TALLY.areHostileCallsFrequent(0.02), "hardly any hostile call");
  }
}
