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
import dev.stockade.core.policy.SeccompRules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpansionTest {
  private static final long CLONE_NEW = 0x7e02_0000L;

  /** What happens to the calls that the rules reach, as {@code explain} says it. */
  private static Map<String, String> reached(Rule... rules) {
    Map<String, String> all =
        new TreeMap<>(SeccompExplain.byCall(rules(rules), HostileAction.KILL_PROCESS));
    all.values().removeIf("ERRNO(EPERM)"::equals);
    return all;
  }

  @Test
  void everyMemberOfAFamilyIsACallAndStandsInOneFamily() {
    List<String> seen = new ArrayList<>();
    Siblings.families().values().stream()
        .distinct()
        .forEach(family -> family.forEach(member -> seen.add(member.call())));
    assertEquals(seen.stream().distinct().count(), seen.size(), "a call in two families");
    assertTrue(SyscallTable.X86_64.numbers().keySet().containsAll(seen));
    assertTrue(seen.size() > 150, "the table was not read to its end");
  }

  @Test
  void allowingACallAllowsItsSiblings() {
    assertEquals(
        Map.of("creat", "ALLOW", "open", "ALLOW", "openat", "ALLOW", "openat2", "ALLOW"),
        reached(allow(List.of("openat"))));
    assertEquals(Map.of("execve", "ALLOW", "execveat", "ALLOW"), reached(allow(List.of("execve"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fork", "vfork", "clone", "clone3"})
  void killingOneWayToMakeAProcessKillsAll(String call) {
    assertEquals(
        Map.of(
            "clone", "KILL_PROCESS",
            "clone3", "KILL_PROCESS",
            "fork", "KILL_PROCESS",
            "vfork", "KILL_PROCESS"),
        reached(kill(List.of(call)), allow(List.of("clone", "fork", "vfork"))));
  }

  @Test
  void killingMountKillsTheMountInterfaceThatCameLater() {
    assertEquals(
        List.of(
            "fsconfig",
            "fsmount",
            "fsopen",
            "fspick",
            "mount",
            "mount_setattr",
            "move_mount",
            "open_tree",
            "open_tree_attr"),
        List.copyOf(reached(kill(List.of("mount"))).keySet()));
  }

  @Test
  void enosysSendsToASiblingInsteadOfCoveringIt() {
    assertEquals(
        Map.of("clone", "ALLOW", "clone3", "ERRNO(ENOSYS)", "fork", "ALLOW", "vfork", "ALLOW"),
        reached(allow(List.of("clone")), errno("ENOSYS", List.of("clone3"))));
  }

  @Test
  void allowingForkDoesNotAllowCloneWithItsFlags() {
    assertEquals(Map.of("fork", "ALLOW"), reached(allow(List.of("fork"))));
  }

  @Test
  void cloneWithoutNamespacesBringsForkAndSendsClone3Away() {
    assertEquals(
        Map.of(
            "clone", "ALLOW when flags & 0x7e020000 == 0x0; else ERRNO(EPERM)",
            "clone3", "ERRNO(ENOSYS)",
            "fork", "ALLOW",
            "vfork", "ALLOW"),
        reached(allow(List.of("clone"), equal(0, CLONE_NEW, 0))));
  }

  @Test
  void aDeniedFlagThatForkNeverHasDoesNotDenyFork() {
    assertEquals(
        Map.of(
            "clone", "ERRNO(EAGAIN) when flags & 0x10000 == 0x0; else ALLOW",
            "clone3", "ERRNO(ENOSYS)",
            "fork", "ERRNO(EAGAIN)",
            "vfork", "ERRNO(EAGAIN)"),
        reached(
            allow(List.of("clone")),
            // Threads (CLONE_THREAD), but no processes.
            errno("EAGAIN", List.of("clone"), equal(0, 0x1_0000, 0))));
    assertEquals(
        "ALLOW",
        reached(
                allow(List.of("clone")),
                errno("EPERM", List.of("clone"), notEqual(0, CLONE_NEW, 0)))
            .get("fork"));
  }

  @Test
  void aConditionIsCarriedToThePositionOfItsParameter() {
    assertEquals(
        Map.of(
            "creat", "ERRNO(EROFS)", // always O_CREAT
            "open", "ERRNO(EROFS) when flags & 0x40 != 0x0; else ALLOW",
            "openat", "ERRNO(EROFS) when flags & 0x40 != 0x0; else ALLOW",
            "openat2", "ERRNO(ENOSYS)"), // flags in memory
        reached(allow(List.of("open")), errno("EROFS", List.of("open"), notEqual(1, 0x40, 0))));
    CallRule openat =
        Expansion.of(
                rules(errno("EROFS", List.of("open"), notEqual(1, 0x40, 0))),
                HostileAction.KILL_PROCESS)
            .get("openat")
            .get(0);
    assertEquals(List.of(notEqual(2, 0x40, 0)), openat.when());
  }

  @Test
  void anAllowanceWithConditionsDoesNotTakeBackAnotherRules() {
    assertEquals(
        "ALLOW",
        reached(allow(List.of("openat2")), allow(List.of("open"), equal(1, -1, 0))).get("openat2"));
  }

  @Test
  void aConditionOnTwoSiblingsAtOnceIsRefused() {
    Rule rule = allow(List.of("open", "read", "openat"), equal(1, -1, 0));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> reached(rule));
    assertEquals(
        "a rule with conditions names open and a sibling of it: name one, its conditions are"
            + " carried over to the other",
        e.getMessage());
  }

  @Test
  void unknownNamesAreRefused() {
    assertEquals(
        "no system call is named opne",
        assertThrows(IllegalArgumentException.class, () -> reached(allow(List.of("opne"))))
            .getMessage());
    assertEquals(
        "no errno is named EPREM",
        assertThrows(IllegalArgumentException.class, () -> reached(errno("EPREM", List.of("read"))))
            .getMessage());
    assertEquals(
        "a system call has arguments 0 to 5, not 6",
        assertThrows(
                IllegalArgumentException.class,
                () -> reached(allow(List.of("read"), equal(6, -1, 0))))
            .getMessage());
  }
}
