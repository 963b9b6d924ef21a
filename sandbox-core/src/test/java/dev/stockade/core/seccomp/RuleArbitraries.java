package dev.stockade.core.seccomp;

import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.Action;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import dev.stockade.core.policy.SeccompRules.Rule;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Random rules, and arguments that meet their conditions. */
public final class RuleArbitraries {
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

  private RuleArbitraries() {}

  /** An argument at, beside, or a bit away from a value that rules compare with. */
  public static long argument(Random random) {
    long value = VALUES.get(random.nextInt(VALUES.size()));
    return switch (random.nextInt(5)) {
      case 0 -> value + 1;
      case 1 -> value - 1;
      case 2 -> value ^ 1L << random.nextInt(Long.SIZE);
      case 3 -> value & MASKS.get(random.nextInt(MASKS.size()));
      default -> value;
    };
  }

  public static Arbitrary<SeccompRules> rules() {
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
