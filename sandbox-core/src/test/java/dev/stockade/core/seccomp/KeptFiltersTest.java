package dev.stockade.core.seccomp;

import static dev.stockade.core.seccomp.TestRules.allow;
import static dev.stockade.core.seccomp.TestRules.equal;
import static dev.stockade.core.seccomp.TestRules.errno;
import static dev.stockade.core.seccomp.TestRules.kill;
import static dev.stockade.core.seccomp.TestRules.rules;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import dev.stockade.core.policy.SeccompRules.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Filters are kept by all of their rules: equal rules share one, any difference makes another. */
final class KeptFiltersTest {
  private static final HostileAction NOTIFY = HostileAction.USER_NOTIFY;

  private static final Rule DENIED = errno("EINVAL", List.of("ioctl"), equal(1, 0xff, 0x12));

  private final SeccompCompiler compiler = new SeccompCompiler();

  private static SeccompRules base() {
    return rules(
        allow(List.of("read", "write", "ioctl")),
        errno("EINVAL", List.of("ioctl"), equal(1, 0xff, 0x12)),
        kill(List.of("reboot")));
  }

  private static SeccompRules with(Rule... others) {
    List<Rule> changed = new ArrayList<>(List.of(others));
    changed.addAll(0, List.of(base().rules().get(0)));
    changed.add(base().rules().get(2));
    return new SeccompRules("EPERM", changed);
  }

  private static Rule when(int index, long mask, Comparison comparison, long value) {
    return new Rule(
        DENIED.action(),
        DENIED.calls(),
        List.of(new ArgumentCondition(index, mask, comparison, value)));
  }

  static Map<String, SeccompRules> differences() {
    Map<String, SeccompRules> others = new LinkedHashMap<>();
    others.put("default", new SeccompRules("ENOSYS", base().rules()));
    others.put("errno", with(errno("EACCES", DENIED.calls(), equal(1, 0xff, 0x12))));
    others.put("kind of action", with(kill(DENIED.calls(), equal(1, 0xff, 0x12))));
    others.put("call", with(errno("EINVAL", List.of("fcntl"), equal(1, 0xff, 0x12))));
    others.put("one call more", with(DENIED, allow(List.of("close"))));
    others.put("no condition", with(errno("EINVAL", DENIED.calls())));
    others.put("one condition more", with(DENIED, DENIED, when(2, 1, Comparison.EQUAL, 1)));
    others.put("argument", with(when(2, 0xff, Comparison.EQUAL, 0x12)));
    others.put("mask", with(when(1, 0xffff, Comparison.EQUAL, 0x12)));
    others.put("comparison", with(when(1, 0xff, Comparison.NOT_EQUAL, 0x12)));
    others.put("value", with(when(1, 0xff, Comparison.EQUAL, 0x13)));
    others.put("one rule less", with());
    return others;
  }

  @Test
  void equalRulesAreCompiledOnce() {
    assertSame(compiler.compile(base(), NOTIFY), compiler.compile(base(), NOTIFY));
  }

  @ParameterizedTest
  @MethodSource("differencesByName")
  void anyDifferenceOfTheRulesIsCompiledAnew(String name) {
    SeccompRules other = differences().get(name);
    BpfProgram first = compiler.compile(base(), NOTIFY);
    BpfProgram second = compiler.compile(other, NOTIFY);
    assertNotSame(first, second);
    assertEquals(new SeccompCompiler().compile(other, NOTIFY), second);
    assertSame(first, compiler.compile(base(), NOTIFY));
  }

  static List<String> differencesByName() {
    return List.copyOf(differences().keySet());
  }

  @Test
  void anotherOrderOfRulesIsCompiledAnewAndMeansTheSame() {
    List<Rule> reversed = new ArrayList<>(base().rules());
    Collections.reverse(reversed);
    BpfProgram first = compiler.compile(base(), NOTIFY);
    BpfProgram second = compiler.compile(new SeccompRules("EPERM", reversed), NOTIFY);
    assertNotSame(first, second);
    assertEquals(first, second);
  }

  @ParameterizedTest
  @EnumSource
  void whatAKillCompilesToIsPartOfWhatAFilterIsKeptBy(HostileAction hostile) {
    for (HostileAction before : HostileAction.values()) {
      compiler.compile(base(), before);
    }
    assertEquals(new SeccompCompiler().compile(base(), hostile), compiler.compile(base(), hostile));
  }

  @Test
  void whatOtherPoliciesHadCompiledChangesNoByte() {
    compiler.compile(base(), NOTIFY);
    differences().values().forEach(other -> compiler.compile(other, NOTIFY));
    assertEquals(
        new SeccompCompiler().compile(TestRules.DEFAULT, NOTIFY),
        compiler.compile(TestRules.DEFAULT, NOTIFY));
  }

  @Test
  void ofTooManyTheOneNotAskedForLongestGoes() {
    Kept<String, Integer> kept = new Kept<>(2);
    kept.put("a", 1);
    kept.put("b", 2);
    assertEquals(1, kept.get("a"));
    kept.put("c", 3);
    assertNull(kept.get("b"));
    assertEquals(1, kept.get("a"));
    assertEquals(3, kept.get("c"));
  }
}
