package dev.stockade.core.seccomp;

import static dev.stockade.core.seccomp.TestRules.allow;
import static dev.stockade.core.seccomp.TestRules.equal;
import static dev.stockade.core.seccomp.TestRules.errno;
import static dev.stockade.core.seccomp.TestRules.kill;
import static dev.stockade.core.seccomp.TestRules.notEqual;
import static dev.stockade.core.seccomp.TestRules.rules;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class SeccompCompilerTest {
  private final SeccompCompiler compiler = new SeccompCompiler();

  private SeccompAction answer(SeccompRules rules, SeccompData call) {
    return new BpfEvaluator(compiler.compile(rules, HostileAction.USER_NOTIFY)).evaluate(call);
  }

  private static SeccompData call(String name, long... arguments) {
    return SeccompData.x86_64(SyscallTable.X86_64.number(name), arguments);
  }

  @Test
  void theOrderOfRulesMeansNothing() {
    List<SeccompRules.Rule> shuffled = new ArrayList<>(TestRules.DEFAULT.rules());
    Collections.reverse(shuffled);
    BpfEvaluator one =
        new BpfEvaluator(compiler.compile(TestRules.DEFAULT, HostileAction.USER_NOTIFY));
    BpfEvaluator other =
        new BpfEvaluator(
            compiler.compile(
                new SeccompRules(TestRules.DEFAULT.defaultErrno(), shuffled),
                HostileAction.USER_NOTIFY));
    SyscallTable.X86_64
        .numbers()
        .forEach(
            (name, number) -> {
              for (long argument : new long[] {0, 1, 2, 16, 0x5412, 0x2000_0000}) {
                SeccompData call = SeccompData.x86_64(number, argument, argument, argument);
                assertEquals(one.evaluate(call), other.evaluate(call), name);
              }
            });
  }

  @Test
  void equalRulesMakeEqualBytes() {
    BpfProgram first = compiler.compile(TestRules.DEFAULT, HostileAction.USER_NOTIFY);
    BpfProgram second = new SeccompCompiler().compile(TestRules.DEFAULT, HostileAction.USER_NOTIFY);
    assertEquals(first, second);
  }

  @Test
  void aKillIsWhatTheCallerAskedFor() {
    SeccompRules rules = rules(kill(List.of("reboot")));
    SeccompData reboot = call("reboot");
    assertEquals(SeccompAction.Kind.USER_NOTIFY, answer(rules, reboot).kind());
    assertEquals(
        SeccompAction.Kind.KILL_PROCESS,
        new BpfEvaluator(compiler.compile(rules, HostileAction.KILL_PROCESS))
            .evaluate(reboot)
            .kind());
  }

  @Test
  void theStrictestRuleWinsAlsoUnderConditions() {
    SeccompRules rules =
        rules(
            allow(List.of("ioctl")),
            errno("EACCES", List.of("ioctl"), equal(1, 0xff, 0x12)),
            errno("ENOTTY", List.of("ioctl"), equal(1, 0xffff, 0x5412)),
            kill(List.of("ioctl"), equal(2, -1, 7)));
    assertEquals("ALLOW", answer(rules, call("ioctl", 0, 0x5413, 6)).toString());
    assertEquals("ERRNO(EACCES)", answer(rules, call("ioctl", 0, 0x12, 6)).toString());
    assertEquals("ERRNO(EACCES)", answer(rules, call("ioctl", 0, 0x5412, 6)).toString());
    assertEquals("USER_NOTIFY", answer(rules, call("ioctl", 0, 0x5412, 7)).toString());
    assertEquals("USER_NOTIFY", answer(rules, call("ioctl", 0, 0, 7)).toString());
  }

  @Test
  void flagBitsAboveThirtyTwoDoNotHideARequest() {
    for (int bit = 32; bit < 64; bit++) {
      assertEquals(
          "ERRNO(EPERM)",
          answer(TestRules.DEFAULT, call("ioctl", 0, 1L << bit | 0x5412)).toString());
    }
  }

  @Test
  void otherEntriesAreKilledWhateverTheRules() {
    SeccompRules everything = rules(allow(List.copyOf(SyscallTable.X86_64.numbers().keySet())));
    BpfEvaluator filter = new BpfEvaluator(compiler.compile(everything, HostileAction.USER_NOTIFY));
    List<Long> zeros = Collections.nCopies(6, 0L);
    SyscallTable.I386
        .numbers()
        .forEach(
            (name, number) ->
                assertEquals(
                    SeccompAction.Kind.KILL_PROCESS,
                    filter
                        .evaluate(new SeccompData(number, SeccompData.AUDIT_ARCH_I386, 0, zeros))
                        .kind(),
                    name));
    SyscallTable.X86_64
        .numbers()
        .forEach(
            (name, number) -> {
              assertEquals(
                  SeccompAction.Kind.ALLOW, filter.evaluate(SeccompData.x86_64(number)).kind());
              assertEquals(
                  SeccompAction.Kind.KILL_PROCESS,
                  filter.evaluate(SeccompData.x86_64(number | SeccompData.X32_SYSCALL_BIT)).kind(),
                  name);
            });
  }

  @Test
  void callsNewerThanTheTableAreMissingAndUnnamedOnesDenied() {
    int newest = Collections.max(SyscallTable.X86_64.numbers().values());
    SeccompRules rules = rules(allow(List.of(SyscallTable.X86_64.name(newest))));
    assertEquals("ALLOW", answer(rules, SeccompData.x86_64(newest)).toString());
    assertEquals("ERRNO(ENOSYS)", answer(rules, SeccompData.x86_64(newest + 1)).toString());
    assertEquals("ERRNO(ENOSYS)", answer(rules, SeccompData.x86_64(0x3fff_ffff)).toString());
    assertEquals("ERRNO(EPERM)", answer(rules, SeccompData.x86_64(400)).toString());
    assertEquals("ERRNO(EPERM)", answer(rules, call("read")).toString());
  }

  @Test
  void pseudoCodeNamesCallsAndActions() {
    String text =
        compiler.pseudoCode(
            rules(allow(List.of("read")), kill(List.of("reboot"))), HostileAction.KILL_PROCESS);
    assertTrue(text.contains("syscall \"read\" (0)"), text);
    assertTrue(text.contains("action KILL_PROCESS;"), text);
  }

  @Test
  void conditionsThatDoNotFitAreRefusedByName() {
    SeccompRules rules =
        rules(allow(List.of("ioctl"), notEqual(1, -1, 1), notEqual(2, -1, 1), notEqual(1, -1, 2)));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> compiler.compile(rules, HostileAction.USER_NOTIFY));
    assertEquals(
        "the conditions on ioctl need more than 2048 comparisons: use fewer notEqual, less or"
            + " greater together",
        e.getMessage());
  }

  /** Found at random: taking these two rules of fork apart went on for a minute. */
  @Test
  void rulesThatAreHardToTakeApartAreRefused() {
    long highHalf = 0xffff_ffff_0000_0000L;
    SeccompRules rules =
        rules(
            kill(
                List.of("fork"),
                new ArgumentCondition(1, highHalf, Comparison.GREATER_OR_EQUAL, 0x4111),
                notEqual(1, 0x7e02_0000, Long.MIN_VALUE),
                new ArgumentCondition(4, 0x1_0000_0001L, Comparison.GREATER_OR_EQUAL, 0x7e02_0000)),
            kill(
                List.of("fork"),
                new ArgumentCondition(3, 0xffff_ffffL, Comparison.LESS_OR_EQUAL, 0xffff_ffffL),
                notEqual(0, 0xffff_ffffL, 0)));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> compiler.compile(rules, HostileAction.KILL_PROCESS));
    assertEquals(
        "the conditions on fork need more than 2048 comparisons: use fewer notEqual, less or"
            + " greater together",
        e.getMessage());
  }

  /** Each call's conditions fit; of so many libseccomp 2.5.4 can take minutes to make a filter. */
  @Test
  void conditionsThatDoNotFitTogetherAreRefused() {
    List<SeccompRules.Rule> rules = new ArrayList<>();
    for (String call : List.of("ioctl", "fcntl", "prctl")) {
      rules.add(allow(List.of(call), notEqual(1, 0xffff_ffffL, 1), notEqual(2, 0xffff_ffffL, 2)));
    }
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> compiler.compile(new SeccompRules("EPERM", rules), HostileAction.USER_NOTIFY));
    assertEquals(
        "the conditions of all rules together need more than 2048 comparisons: use fewer notEqual,"
            + " less or greater",
        e.getMessage());
  }

  @Test
  void aFilterLongerThanTheKernelTakesIsRefused() {
    List<SeccompRules.Rule> rules = new ArrayList<>();
    long value = 1; // A different one for each call: libseccomp shares equal parts.
    for (String call : List.of("ioctl", "fcntl", "prctl", "madvise")) {
      rules.add(allow(List.of(call), notEqual(1, 0xffff_ffffL, value), notEqual(2, 0xfffL, value)));
      value++;
    }
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> compiler.compile(new SeccompRules("EPERM", rules), HostileAction.USER_NOTIFY));
    assertTrue(
        e.getMessage().matches("the rules compile to \\d+ instructions, the kernel takes 4096.*"),
        e.getMessage());
  }

  /**
   * Found by RandomFiltersIT: reading the 24,453 instructions of this took more than ten minutes.
   */
  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatTakesTooLongToReadIsRefused() {
    SeccompRules rules =
        rules(
            errno("EAGAIN", List.of("socket", "clone3", "move_mount")),
            errno(
                "EPERM",
                List.of("vfork"),
                notEqual(1, 0, 3),
                new ArgumentCondition(3, -1, Comparison.GREATER_OR_EQUAL, 131072)),
            allow(
                List.of("openat"),
                new ArgumentCondition(4, 0x1_0000_0001L, Comparison.GREATER_OR_EQUAL, 5),
                new ArgumentCondition(0, -1, Comparison.GREATER, 3),
                new ArgumentCondition(1, 0xffff_ffff_0000_0000L, Comparison.GREATER, 16657)),
            allow(
                List.of("ioctl"),
                new ArgumentCondition(
                    4, 0xffff_ffff_0000_0000L, Comparison.LESS_OR_EQUAL, Long.MAX_VALUE)));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> compiler.compile(rules, HostileAction.USER_NOTIFY));
    assertTrue(refused.getMessage().endsWith("use fewer conditions"), refused.getMessage());
  }
}
