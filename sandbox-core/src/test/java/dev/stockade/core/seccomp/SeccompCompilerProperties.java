package dev.stockade.core.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.Action;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import dev.stockade.core.policy.SeccompRules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** What libseccomp made of the rules against what the rules say, call by call. */
final class SeccompCompilerProperties {
  private static final List<Integer> ARCHITECTURES =
      List.of(SeccompData.AUDIT_ARCH_X86_64, SeccompData.AUDIT_ARCH_I386);

  /** Values that meet each other: rules and arguments draw from the same few. */
  private static final List<Long> VALUES =
      List.of(
          0L,
          1L,
          2L,
          3L,
          5L,
          0x11L,
          0x4111L,
          0x5412L,
          0x541cL,
          0x2_0000L,
          0x7e02_0000L,
          0xffff_ffffL,
          0x1_0000_0000L,
          0x1_0000_5412L,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          -1L);

  private static final List<Long> MASKS =
      List.of(
          -1L, -1L, 0xffff_ffffL, 0x7e02_0000L, 0xffL, 0x1_0000_0001L, 0xffff_ffff_0000_0000L, 0L);

  private static final List<String> CALLS =
      List.of(
          "read",
          "preadv2",
          "open",
          "openat",
          "openat2",
          "creat",
          "execve",
          "execveat",
          "clone",
          "clone3",
          "fork",
          "vfork",
          "ioctl",
          "socket",
          "personality",
          "mount",
          "move_mount",
          "file_setattr");

  private final SeccompCompiler compiler = new SeccompCompiler();

  /** A fixed seed: for a rare set of rules libseccomp 2.5.4 takes minutes to order its tree. */
  @Property(tries = 150, seed = "7292491147324392262")
  void aFilterDoesWhatItsRulesSay(
      @ForAll("rules") SeccompRules rules, @ForAll HostileAction hostile, @ForAll Random random) {
    Optional<BpfProgram> program = compile(rules, hostile);
    Statistics.collect(program.isPresent() ? "compiled" : "too many conditions");
    Statistics.coverage(coverage -> coverage.check("compiled").percentage(p -> p > 80));
    program.ifPresent(bpf -> checkAll(bpf, rules, hostile, random));
  }

  private Optional<BpfProgram> compile(SeccompRules rules, HostileAction hostile) {
    try {
      return Optional.of(compiler.compile(rules, hostile));
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
      arguments.add(argument(random));
    }
    return new SeccompData(number, architecture, random.nextLong(), arguments);
  }

  private static long argument(Random random) {
    long value = VALUES.get(random.nextInt(VALUES.size()));
    return switch (random.nextInt(5)) {
      case 0 -> value + 1;
      case 1 -> value - 1;
      case 2 -> value ^ 1L << random.nextInt(Long.SIZE);
      case 3 -> value & MASKS.get(random.nextInt(MASKS.size()));
      default -> value;
    };
  }

  @Provide
  Arbitrary<SeccompRules> rules() {
    return Combinators.combine(
            Arbitraries.of("EPERM", "ENOSYS", "EACCES"), rule().list().ofMaxSize(8))
        .as(SeccompRules::new);
  }

  private static Arbitrary<Rule> rule() {
    Arbitrary<Rule> unconditional =
        Combinators.combine(action(), Arbitraries.of(CALLS).list().ofMinSize(1).ofMaxSize(4))
            .as((action, calls) -> new Rule(action, calls, List.of()));
    Arbitrary<Rule> conditional =
        Combinators.combine(
                action(), Arbitraries.of(CALLS), condition().list().ofMinSize(1).ofMaxSize(3))
            .as((action, call, when) -> new Rule(action, List.of(call), when));
    return Arbitraries.oneOf(unconditional, conditional);
  }

  private static Arbitrary<Action> action() {
    return Arbitraries.of(
        new SeccompRules.Allow(),
        new SeccompRules.Allow(),
        new SeccompRules.Errno("EPERM"),
        new SeccompRules.Errno("ENOSYS"),
        new SeccompRules.Errno("EAGAIN"),
        new SeccompRules.Kill());
  }

  private static Arbitrary<ArgumentCondition> condition() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 5),
            Arbitraries.of(MASKS),
            Arbitraries.of(Comparison.class),
            Arbitraries.of(VALUES))
        .as(ArgumentCondition::new);
  }
}
