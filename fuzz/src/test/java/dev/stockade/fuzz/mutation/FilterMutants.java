package dev.stockade.fuzz.mutation;

import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Rule;
import dev.stockade.core.run.Alteration;
import dev.stockade.core.seccomp.BpfEvaluator;
import dev.stockade.core.seccomp.BpfProgram;
import dev.stockade.core.seccomp.SeccompAction;
import dev.stockade.core.seccomp.SeccompData;
import dev.stockade.fuzz.CompiledFilters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Filters with a hole: each call that is denied let through, each rule that denies left out, each
 * rule that allows some calls of a name allowing all of them, each check around the rules.
 *
 * <p>Each mutant comes with calls that the filter answers otherwise without the protection; they
 * are found by asking both filters, in Java.
 */
final class FilterMutants {
  /** Linux 6.14 and newer pass them by every filter; outside of a probe they end in SIGILL. */
  private static final Set<String> NEVER_FILTERED = Set.of("uprobe", "uretprobe");

  /** Arguments with which calls are tried: what the kernel says to one of them is telling. */
  private static final long[][] WORDS = {
    {0, 0, 0, 0, 0, 0}, {-1, -1, -1, -1, -1, -1}, {3, 1, 1, 1, 1, 1}
  };

  /** The errno that no call gives: what the filter denies is told from what the kernel denies. */
  private static final String TELLTALE = "EUCLEAN";

  private static final int MOST_CALLS = 3;

  /** Without a mutation, by policy. */
  private static final Map<String, FilterMutants> REAL = new ConcurrentHashMap<>();

  private final String policy;
  private final SeccompRules rules;
  private final BpfProgram program;
  private final BpfEvaluator filter;
  private final List<Mutant> mutants = new ArrayList<>();

  private FilterMutants(String policy) {
    this.policy = policy;
    this.rules = telltale(FilterRules.of(Samples.policy(policy), Samples.isPinned(policy)));
    this.program = CompiledFilters.of(rules);
    this.filter = new BpfEvaluator(program);
  }

  /** Needs libseccomp, and no kernel. */
  static List<Mutant> all() {
    FilterMutants ofDefault = new FilterMutants(Samples.DEFAULT);
    ofDefault.calls();
    ofDefault.rules(Set.of());
    ofDefault.checks();
    FilterMutants ofStrict = new FilterMutants(Samples.STRICT_CALLS);
    ofStrict.rules(Set.copyOf(ofDefault.rules.rules()));
    FilterMutants ofPinned = new FilterMutants(Samples.PINNED);
    ofPinned.rules(Set.copyOf(ofDefault.rules.rules()));
    // Rules about sockets that the default policy's lack of a network makes idle.
    FilterMutants ofLoopback = new FilterMutants(Samples.LOOPBACK);
    ofLoopback.rules(Set.of());
    ofLoopback.mutants.removeIf(mutant -> mutant.calls().isEmpty());
    Set<String> better = ofLoopback.mutants.stream().map(Mutant::name).collect(Collectors.toSet());
    List<Mutant> all = new ArrayList<>();
    Set<String> idle = new TreeSet<>();
    for (Mutant mutant : ofDefault.mutants) {
      if (mutant.calls().isEmpty() && better.contains("loopback, " + mutant.name())) {
        idle.add("loopback, " + mutant.name());
      } else {
        all.add(mutant);
      }
    }
    ofLoopback.mutants.stream().filter(mutant -> idle.contains(mutant.name())).forEach(all::add);
    all.addAll(ofStrict.mutants);
    all.addAll(ofPinned.mutants);
    return all;
  }

  /** What the filter without a mutation does with a call of a mutant. */
  static SeccompAction wanted(Mutant mutant, long[] call) {
    return REAL.computeIfAbsent(mutant.policy(), FilterMutants::new).filter.evaluate(data(call));
  }

  /** The surrounding in which a denied call answers {@link #TELLTALE}. */
  static Alteration telltale() {
    return Alterations.rules(FilterMutants::telltale);
  }

  /** What is not the default's errno stays: another would be another promise. */
  private static SeccompRules telltale(SeccompRules rules) {
    return new SeccompRules(
        TELLTALE,
        rules.rules().stream()
            .map(
                rule ->
                    rule.action() instanceof SeccompRules.Errno errno
                            && errno.name().equals(rules.defaultErrno())
                        ? new Rule(new SeccompRules.Errno(TELLTALE), rule.calls(), rule.when())
                        : rule)
            .toList());
  }

  private void calls() {
    Map<String, Integer> sorted = new TreeMap<>(SyscallTable.X86_64.numbers());
    sorted.keySet().removeAll(NEVER_FILTERED);
    sorted.forEach(
        (name, number) -> {
          List<long[]> denied = new ArrayList<>();
          for (long[] words : WORDS) {
            long[] call = call(number, words);
            if (!isAllowed(filter.evaluate(data(call)))) {
              denied.add(call);
            }
          }
          if (!denied.isEmpty()) {
            add("filter: allows " + name, bytes(was -> allowing(was, number)), denied);
          }
        });
  }

  private void rules(Set<Rule> known) {
    for (Rule rule : rules.rules()) {
      if (known.contains(rule)) {
        continue;
      }
      if (!(rule.action() instanceof SeccompRules.Allow)) {
        rule("filter: without " + describe(rule), rule, List.of());
      } else if (!rule.when().isEmpty()) {
        rule(
            "filter: whatever its arguments, " + describe(rule),
            rule,
            List.of(new Rule(rule.action(), rule.calls(), List.of())));
      }
    }
  }

  private static String describe(Rule rule) {
    String action =
        rule.action() instanceof SeccompRules.Errno errno
            ? errno.name().equals(TELLTALE) ? "EPERM" : errno.name()
            : rule.action().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    String when =
        rule.when().stream()
            .map(
                c -> "arg%d & %#x %s %#x".formatted(c.index(), c.mask(), c.comparison(), c.value()))
            .collect(Collectors.joining(", "));
    return action + " " + String.join(" ", rule.calls()) + (when.isEmpty() ? "" : " when " + when);
  }

  private void rule(String name, Rule rule, List<Rule> instead) {
    Alteration change =
        Alterations.rules(
            was -> {
              List<Rule> changed = new ArrayList<>(was.rules());
              changed.remove(rule);
              changed.addAll(instead);
              return new SeccompRules(was.defaultErrno(), changed);
            });
    Alteration all = Alterations.inOrder(telltale(), change);
    add(name, all, differing(all));
  }

  /** Whether the filter is the same, instruction by instruction. */
  static boolean isTheSameFilter(Mutant mutant) {
    FilterMutants real = REAL.computeIfAbsent(mutant.policy(), FilterMutants::new);
    return compiled(mutant).equals(real.program);
  }

  /** The filter with the hole. */
  static BpfProgram compiled(Mutant mutant) {
    SeccompRules changed =
        mutant.alteration().rules(FilterRules.of(Samples.policy(mutant.policy())));
    return mutant.alteration().filter(CompiledFilters.of(changed));
  }

  /** Whether it stands for the default errno. */
  static boolean isTelltale(SeccompAction action) {
    return action.kind() == SeccompAction.Kind.ERRNO
        && action.data() == Errno.valueOf(TELLTALE).number();
  }

  /** Two holes at once. */
  static Mutant both(String name, Mutant one, Mutant other) {
    FilterMutants real = REAL.computeIfAbsent(one.policy(), FilterMutants::new);
    Alteration all = Alterations.inOrder(one.alteration(), other.alteration());
    return new Mutant(name, Mutant.Part.FILTER, one.policy(), all, real.differing(all));
  }

  /** Calls on and beside what rules compare with, which are answered otherwise, if not allowed. */
  private List<long[]> differing(Alteration alteration) {
    SeccompRules changed = alteration.rules(FilterRules.of(Samples.policy(policy)));
    BpfProgram compiled = CompiledFilters.of(changed);
    BpfEvaluator mutated = new BpfEvaluator(compiled);
    List<long[]> found = new ArrayList<>();
    if (compiled.equals(program)) {
      return found;
    }
    for (Rule rule : rules.rules()) {
      for (String name : rule.calls()) {
        for (long[] words : arguments(rule.when())) {
          long[] call = call(SyscallTable.X86_64.number(name), words);
          SeccompAction wanted = filter.evaluate(data(call));
          if (found.size() < MOST_CALLS
              && !isAllowed(wanted)
              && !wanted.equals(mutated.evaluate(data(call)))) {
            found.add(call);
          }
        }
      }
    }
    return found;
  }

  /** Arguments on and beside what conditions compare with. */
  private static List<long[]> arguments(List<ArgumentCondition> when) {
    List<long[]> all = new ArrayList<>(List.of(new long[6], new long[] {2, 2, 2, 2, 2, 2}));
    for (ArgumentCondition condition : when) {
      List<long[]> more = new ArrayList<>();
      for (long[] words : all) {
        for (long value :
            new long[] {
              condition.value(),
              condition.value() + 1,
              condition.value() | (condition.mask() & -condition.mask()),
              condition.mask(),
              99
            }) {
          long[] changed = words.clone();
          changed[condition.index()] = value;
          more.add(changed);
        }
      }
      all = more;
    }
    return all;
  }

  private void checks() {
    add(
        "filter: without ENOSYS for calls newer than the table",
        bytes(FilterMutants::defaultForNewer),
        List.of(call(600, new long[6])));
    add(
        "filter: allows what no rule names",
        bytes(FilterMutants::defaultAllowed),
        List.of(call(SyscallTable.X86_64.number("ptrace"), new long[6])));
    add(
        "filter: allows the x32 entry",
        bytes(was -> before(was, ld(0), jump(0x35, SeccompData.X32_SYSCALL_BIT, 0, 1), allow())),
        List.of(call(SeccompData.X32_SYSCALL_BIT | 39, new long[6])));
    add(
        "filter: allows the i386 entry",
        bytes(was -> before(was, ld(4), jump(0x15, SeccompData.AUDIT_ARCH_I386, 0, 1), allow())),
        List.of());
  }

  /** What no rule names answers the default errno, however new it is. */
  private static BpfProgram defaultForNewer(BpfProgram was) {
    int newest = Collections.max(SyscallTable.X86_64.numbers().values());
    return before(
        was,
        ld(4),
        jump(0x15, SeccompData.AUDIT_ARCH_X86_64, 0, 4),
        ld(0),
        jump(0x35, SeccompData.X32_SYSCALL_BIT, 2, 0),
        jump(0x25, newest, 0, 1),
        instruction(0x06, 0, 0, telltaleValue()));
  }

  private static int telltaleValue() {
    return 0x0005_0000 | Errno.valueOf(TELLTALE).number();
  }

  private static BpfProgram defaultAllowed(BpfProgram was) {
    int telltale = telltaleValue();
    ByteBuffer code = ByteBuffer.wrap(was.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < code.capacity(); at += 8) {
      if (code.getShort(at) == 0x06 && code.getInt(at + 4) == telltale) {
        code.putInt(at + 4, 0x7fff_0000);
      }
    }
    return new BpfProgram(code.array());
  }

  /** Lets one call through the 64-bit entry pass, before anything else is asked. */
  private static BpfProgram allowing(BpfProgram was, int number) {
    return before(
        was,
        ld(4),
        jump(0x15, SeccompData.AUDIT_ARCH_X86_64, 0, 3),
        ld(0),
        jump(0x15, number, 0, 1),
        allow());
  }

  /** {@code struct sock_filter { __u16 code; __u8 jt, jf; __u32 k; }}. */
  private static BpfProgram before(BpfProgram was, byte[]... first) {
    byte[] rest = was.bytes();
    ByteBuffer all = ByteBuffer.allocate(first.length * 8 + rest.length);
    for (byte[] instruction : first) {
      all.put(instruction);
    }
    return new BpfProgram(all.put(rest).array());
  }

  private static byte[] instruction(int code, int jt, int jf, int k) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) code)
        .put((byte) jt)
        .put((byte) jf)
        .putInt(k)
        .array();
  }

  private static byte[] ld(int offset) {
    return instruction(0x20, 0, 0, offset);
  }

  private static byte[] jump(int code, int k, int jt, int jf) {
    return instruction(code, jt, jf, k);
  }

  private static byte[] allow() {
    return instruction(0x06, 0, 0, 0x7fff_0000);
  }

  private static Alteration bytes(UnaryOperator<BpfProgram> change) {
    return Alterations.inOrder(telltale(), Alterations.filter(change));
  }

  private void add(String name, Alteration alteration, List<long[]> calls) {
    String prefix =
        switch (policy) {
          case Samples.DEFAULT -> "";
          case Samples.LOOPBACK, Samples.PINNED -> policy + ", ";
          default -> "strict, ";
        };
    mutants.add(new Mutant(prefix + name, Mutant.Part.FILTER, policy, alteration, calls));
  }

  private static long[] call(int number, long[] words) {
    long[] call = new long[7];
    call[0] = number;
    System.arraycopy(words, 0, call, 1, 6);
    return call;
  }

  private static SeccompData data(long[] call) {
    return SeccompData.x86_64((int) call[0], call[1], call[2], call[3], call[4], call[5], call[6]);
  }

  private static boolean isAllowed(SeccompAction action) {
    return action.kind() == SeccompAction.Kind.ALLOW;
  }
}
