package dev.stockade.core.seccomp;

import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Rules as text for people: what happens to which call, siblings included. */
public final class SeccompExplain {
  private static final int WIDTH = 100;
  private static final String INDENT = "  ";
  private static final long LOW_HALF = 0xffff_ffffL;

  private final SeccompAction defaultAction;
  private final Map<String, List<CallRule>> effective = new TreeMap<>();

  private SeccompExplain(SeccompRules rules, HostileAction hostile) {
    defaultAction = SeccompCompiler.defaultAction(rules);
    Expansion.of(rules, hostile)
        .forEach((call, callRules) -> effective.put(call, effective(callRules)));
  }

  /**
   * What happens to each call of the 64-bit entry, by kernel name: {@code "ALLOW"}, or {@code
   * "ERRNO(EPERM) when flags & 0x7e020000 != 0x0; else ALLOW"}.
   */
  public static Map<String, String> byCall(SeccompRules rules, HostileAction hostile) {
    SeccompExplain explain = new SeccompExplain(rules, hostile);
    Map<String, String> byCall = new TreeMap<>();
    SyscallTable.X86_64
        .numbers()
        .keySet()
        .forEach(call -> byCall.put(call, String.join("; ", explain.parts(call))));
    return Collections.unmodifiableMap(byCall);
  }

  /**
   * The rules as they are enforced: first what holds for calls that no rule names, then the calls
   * by action, the strictest first, then those whose arguments matter.
   */
  public static List<String> describe(SeccompRules rules, HostileAction hostile) {
    SeccompExplain explain = new SeccompExplain(rules, hostile);
    List<String> lines = new ArrayList<>();
    lines.add("through int 0x80 or x32: KILL_PROCESS");
    lines.add("newer than " + newestCall() + ": ERRNO(ENOSYS)");
    lines.add("not named below: " + explain.defaultAction);
    Map<Effect, List<String>> unconditional = new TreeMap<>();
    Map<List<String>, List<String>> conditional = new LinkedHashMap<>();
    explain.effective.forEach(
        (call, callRules) -> {
          CallRule first = callRules.get(0);
          if (first.when().isEmpty()) {
            unconditional.computeIfAbsent(first.effect(), e -> new ArrayList<>()).add(call);
          } else {
            conditional.computeIfAbsent(explain.parts(call), p -> new ArrayList<>()).add(call);
          }
        });
    unconditional.forEach((effect, calls) -> lines.addAll(wrap(effect.action() + ":", calls)));
    conditional.forEach((parts, calls) -> lines.addAll(block(calls, parts)));
    return lines;
  }

  private static String newestCall() {
    return SyscallTable.X86_64.name(Collections.max(SyscallTable.X86_64.numbers().values()));
  }

  /** Strictest first, up to the first that always holds. */
  private static List<CallRule> effective(List<CallRule> rules) {
    List<CallRule> effective = new ArrayList<>();
    for (CallRule rule : rules.stream().sorted(Comparator.comparing(CallRule::effect)).toList()) {
      if (rule.when().isEmpty()) {
        effective.removeIf(narrower -> narrower.effect().equals(rule.effect()));
      }
      effective.add(rule);
      if (rule.when().isEmpty()) {
        break;
      }
    }
    return effective;
  }

  /** "ACTION when …" for each rule, strictest first, and "else ACTION". */
  private List<String> parts(String call) {
    List<CallRule> rules = effective.getOrDefault(call, List.of());
    Set<String> parts = new LinkedHashSet<>();
    SeccompAction otherwise = defaultAction;
    for (CallRule rule : rules) {
      if (rule.when().isEmpty()) {
        otherwise = rule.effect().action();
      } else {
        parts.add(rule.effect().action() + " when " + conditions(rule));
      }
    }
    parts.add(parts.isEmpty() ? otherwise.toString() : "else " + otherwise);
    return List.copyOf(parts);
  }

  private static String conditions(CallRule rule) {
    return rule.when().stream()
        .map(condition -> condition(rule.call(), condition))
        .collect(Collectors.joining(" and "));
  }

  private static String condition(String call, ArgumentCondition condition) {
    String parameter =
        Siblings.member(call).parameterAt(condition.index()).orElse("arg" + condition.index());
    String operator =
        switch (condition.comparison()) {
          case EQUAL -> "==";
          case NOT_EQUAL -> "!=";
          case LESS -> "<";
          case LESS_OR_EQUAL -> "<=";
          case GREATER -> ">";
          case GREATER_OR_EQUAL -> ">=";
        };
    return masked(parameter, condition.mask()) + " " + operator + " " + hex(condition.value());
  }

  private static String masked(String parameter, long mask) {
    if (mask == -1) {
      return parameter;
    }
    return mask == LOW_HALF ? "(u32) " + parameter : parameter + " & " + hex(mask);
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }

  private static List<String> block(List<String> calls, List<String> parts) {
    String head = String.join(", ", calls) + ":";
    String oneLine = head + " " + String.join("; ", parts);
    if (oneLine.length() <= WIDTH) {
      return List.of(oneLine);
    }
    List<String> lines = new ArrayList<>();
    lines.add(head);
    parts.forEach(part -> lines.add(INDENT + part));
    return lines;
  }

  private static List<String> wrap(String head, List<String> words) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(head);
    for (String word : words) {
      if (line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(INDENT).append(word);
      } else {
        line.append(' ').append(word);
      }
    }
    lines.add(line.toString());
    return lines;
  }
}
