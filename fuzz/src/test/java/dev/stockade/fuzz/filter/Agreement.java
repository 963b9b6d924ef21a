package dev.stockade.fuzz.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Rule;
import dev.stockade.core.seccomp.BpfEvaluator;
import dev.stockade.core.seccomp.BpfProgram;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.RuleArbitraries;
import dev.stockade.core.seccomp.RuleReading;
import dev.stockade.core.seccomp.SeccompAction;
import dev.stockade.core.seccomp.SeccompCompiler;
import dev.stockade.core.seccomp.SeccompData;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Three answers to what a filter does with a call: the rules as they are read, libseccomp's BPF in
 * the evaluator, the same BPF in the kernel. For every number of an entry, with many arguments
 * where rules have conditions.
 */
final class Agreement {
  /** Behind the last call of every table. */
  private static final int NUMBERS = 600;

  /** Linux 6.14 and newer pass them by every filter; outside of a probe they end in SIGILL. */
  private static final Set<Integer> NEVER_FILTERED = Set.of(335, 336);

  private static final int X32 = SeccompData.X32_SYSCALL_BIT;

  /** Numbers around the x32 bit and the sign bit; 512 to 547 are calls that only x32 has. */
  private static final List<Integer> EDGES =
      List.of(
          -1,
          -2,
          -4096,
          Integer.MIN_VALUE,
          Integer.MIN_VALUE + 1,
          Integer.MAX_VALUE,
          X32 - 1,
          X32 | 65536,
          X32 << 1,
          X32 << 1 | X32,
          4096,
          65536);

  private static final int TIMES = 2;
  private static final int TIMES_WITH_CONDITIONS = 60;

  private final String name;
  private final SeccompRules rules;
  private final HostileAction hostile;
  private final Random random;

  /**
   * @param name what the rules are called in messages
   */
  Agreement(String name, SeccompRules rules, HostileAction hostile, Random random) {
    this.name = name;
    this.rules = rules;
    this.hostile = hostile;
    this.random = random;
  }

  /**
   * Compares the answers.
   *
   * @param architecture an {@code AUDIT_ARCH_*}; x32 is among the numbers of x86-64
   * @return how many calls were compared
   * @throws IllegalArgumentException when the rules do not fit a filter
   */
  int check(int architecture) {
    BpfProgram program = new SeccompCompiler().compile(rules, hostile);
    BpfEvaluator evaluator = new BpfEvaluator(program);
    RuleReading reading = new RuleReading(rules, hostile);
    List<SeccompData> calls = calls(architecture);
    List<SeccompAction> kernel = KernelAnswer.of(program, calls);
    for (int i = 0; i < calls.size(); i++) {
      SeccompData call = calls.get(i);
      SeccompAction wanted = reading.of(call);
      assertEquals(wanted, evaluator.evaluate(call), () -> "evaluator: " + call + " in " + name);
      assertEquals(wanted, kernel.get(i), () -> "kernel: " + call + " in " + name);
    }
    return calls.size();
  }

  private List<SeccompData> calls(int architecture) {
    boolean native64 = architecture == SeccompData.AUDIT_ARCH_X86_64;
    Set<Integer> withConditions = native64 ? withConditions() : Set.of();
    List<SeccompData> calls = new ArrayList<>();
    for (int number : numbers()) {
      int times = withConditions.contains(number) ? TIMES_WITH_CONDITIONS : TIMES;
      for (int i = 0; i < times; i++) {
        calls.add(new SeccompData(number, architecture, 0, arguments(native64)));
      }
    }
    return calls;
  }

  private static Set<Integer> numbers() {
    Set<Integer> numbers = new LinkedHashSet<>();
    for (int number = 0; number <= NUMBERS; number++) {
      numbers.add(number);
      numbers.add(X32 | number);
    }
    numbers.addAll(EDGES);
    numbers.removeAll(NEVER_FILTERED);
    return numbers;
  }

  /** The calls whose arguments matter; a condition on one sibling reaches others, so a few more. */
  private Set<Integer> withConditions() {
    Set<Integer> numbers = new LinkedHashSet<>();
    for (Rule rule : rules.rules()) {
      if (!rule.when().isEmpty()) {
        rule.calls().forEach(call -> numbers.add(SyscallTable.X86_64.number(call)));
      }
    }
    return numbers;
  }

  /** Values beside those that rules compare with; the i386 entry has 32 bits of each. */
  private List<Long> arguments(boolean native64) {
    List<ArgumentCondition> conditions =
        rules.rules().stream().flatMap(rule -> rule.when().stream()).toList();
    List<Long> arguments = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      long value = RuleArbitraries.argument(random);
      if (!conditions.isEmpty() && random.nextInt(3) > 0) {
        ArgumentCondition condition = conditions.get(random.nextInt(conditions.size()));
        value = condition.value() + random.nextInt(3) - 1;
        if (random.nextInt(4) == 0) {
          value ^= 1L << random.nextInt(Long.SIZE);
        }
      }
      arguments.add(native64 ? value : value & 0xffff_ffffL);
    }
    return arguments;
  }
}
