package dev.stockade.core.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** What libseccomp made of the rules against what the rules say, call by call. */
final class SeccompCompilerProperties {
  private static final List<Integer> ARCHITECTURES =
      List.of(SeccompData.AUDIT_ARCH_X86_64, SeccompData.AUDIT_ARCH_I386);

  /** One for all tries: what it keeps is part of what is tested. */
  private static final SeccompCompiler COMPILER = new SeccompCompiler();

  @Property(tries = 150)
  void aFilterDoesWhatItsRulesSay(
      @ForAll("rules") SeccompRules rules, @ForAll HostileAction hostile, @ForAll Random random) {
    Optional<BpfProgram> program = compile(rules, hostile);
    Statistics.collect(program.isPresent() ? "compiled" : "too many conditions");
    Statistics.coverage(coverage -> coverage.check("compiled").percentage(p -> p > 75));
    program.ifPresent(bpf -> checkAll(bpf, rules, hostile, random));
  }

  /** Most calls are not compiled here: what was decided of them for others is used again. */
  @Property(tries = 100)
  void whatOtherRulesHadCompiledChangesNoByte(
      @ForAll("rules") SeccompRules rules, @ForAll HostileAction hostile) {
    assertEquals(compile(new SeccompCompiler(), rules, hostile), compile(COMPILER, rules, hostile));
  }

  private Optional<BpfProgram> compile(SeccompRules rules, HostileAction hostile) {
    return compile(COMPILER, rules, hostile);
  }

  private static Optional<BpfProgram> compile(
      SeccompCompiler with, SeccompRules rules, HostileAction hostile) {
    try {
      return Optional.of(with.compile(rules, hostile));
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().contains("use fewer"), e.getMessage());
      return Optional.empty();
    }
  }

  private static void checkAll(
      BpfProgram program, SeccompRules rules, HostileAction hostile, Random random) {
    BpfEvaluator evaluator = new BpfEvaluator(program);
    RuleReading reading = new RuleReading(rules, hostile);
    for (SeccompData call : calls(rules, random)) {
      assertEquals(reading.of(call), evaluator.evaluate(call), () -> call + " under " + rules);
    }
  }

  /** Every number through every entry, and the numbers that rules name more often. */
  private static List<SeccompData> calls(SeccompRules rules, Random random) {
    List<SeccompData> calls = new ArrayList<>();
    for (int number = -2; number < 600; number++) {
      for (int architecture : ARCHITECTURES) {
        calls.add(call(number, architecture, random));
      }
      calls.add(call(number | SeccompData.X32_SYSCALL_BIT, SeccompData.AUDIT_ARCH_X86_64, random));
    }
    for (Rule rule : rules.rules()) {
      for (String name : rule.calls()) {
        for (Siblings.Member member : Siblings.familyOf(name)) {
          int number = SyscallTable.X86_64.number(member.call());
          for (int i = 0; i < 40; i++) {
            calls.add(call(number, SeccompData.AUDIT_ARCH_X86_64, random));
          }
        }
      }
    }
    return calls;
  }

  private static SeccompData call(int number, int architecture, Random random) {
    List<Long> arguments = new ArrayList<>();
    for (int i = 0; i < Box.ARGUMENTS; i++) {
      arguments.add(RuleArbitraries.argument(random));
    }
    return new SeccompData(number, architecture, random.nextLong(), arguments);
  }

  @Provide
  Arbitrary<SeccompRules> rules() {
    return RuleArbitraries.rules();
  }
}
