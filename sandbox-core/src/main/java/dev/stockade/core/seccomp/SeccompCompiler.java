package dev.stockade.core.seccomp;

import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles rules into the filter that the kernel runs, with libseccomp 2.5 or later.
 *
 * <p>The filter knows the 64-bit x86 entry only; {@code int 0x80} and x32 kill the process. For a
 * call that several rules name, the strictest wins: kill, then errno (of two the lower number),
 * then allow. Rules cover siblings, see {@link Expansion}; a call newer than our table answers
 * ENOSYS, see {@link Prologue}; any other call that no rule names answers the default errno. What
 * libseccomp makes is then shortened, see {@link Shortener}.
 *
 * <p>libseccomp does none of this by itself: in one filter its first match wins and an
 * unconditional rule swallows the others. It therefore gets disjoint rules, by number, so that an
 * older version, which knows fewer names, makes the same filter.
 */
public final class SeccompCompiler {
  /** BPF_MAXINSNS. */
  static final int MAX_INSTRUCTIONS = 4096;

  /** Of at most 32 KiB each. */
  private static final int MOST_PROGRAMS = 64;

  private final ClauseExporter exporter;
  private final CallFilters calls;
  private final Kept<Key, BpfProgram> programs = new Kept<>(MOST_PROGRAMS);

  /** All that a filter depends on, by value; a process has one libseccomp. */
  private record Key(SeccompRules rules, HostileAction hostile) {}

  /**
   * @throws HostUnsupportedException when libseccomp is missing or too old
   */
  public SeccompCompiler() {
    exporter = new ClauseExporter();
    calls = new CallFilters(exporter);
  }

  /**
   * The filter for these rules; equal rules make equal bytes, and are compiled once by this
   * compiler while it remembers them.
   *
   * @throws IllegalArgumentException when the rules name no call or errno of that name, put
   *     conditions on two siblings at once, or do not fit one filter
   */
  public BpfProgram compile(SeccompRules rules, HostileAction hostile) {
    Key key = new Key(rules, hostile);
    BpfProgram known = programs.get(key);
    if (known == null) {
      known = compileAnew(rules, hostile);
      programs.put(key, known);
    }
    return known;
  }

  private BpfProgram compileAnew(SeccompRules rules, HostileAction hostile) {
    Decision decision = calls.decide(keys(rules, hostile), defaultAction(rules));
    BpfProgram program =
        decision == null ? null : BpfInstruction.encode(DecisionWriter.write(decision));
    if (program == null || program.length() > MAX_INSTRUCTIONS) {
      program = Shortener.shorten(unshortened(rules, hostile));
    }
    if (program.length() > MAX_INSTRUCTIONS) {
      throw new IllegalArgumentException(
          "the rules compile to "
              + program.length()
              + " instructions, the kernel takes "
              + MAX_INSTRUCTIONS
              + ": use fewer conditions");
    }
    return program;
  }

  /** The filter as libseccomp makes it in one piece, with the {@link Prologue}. */
  BpfProgram unshortened(SeccompRules rules, HostileAction hostile) {
    return Prologue.before(exporter.program(clauses(rules, hostile), defaultAction(rules)));
  }

  /** libseccomp's pseudo filter code of its part of the filter, for people. */
  public String pseudoCode(SeccompRules rules, HostileAction hostile) {
    return exporter.pseudoCode(clauses(rules, hostile), defaultAction(rules));
  }

  private static List<CallFilter.Key> keys(SeccompRules rules, HostileAction hostile) {
    SeccompAction defaultAction = defaultAction(rules);
    List<CallFilter.Key> keys = new ArrayList<>();
    Expansion.of(rules, hostile)
        .forEach(
            (call, callRules) ->
                keys.add(
                    new CallFilter.Key(
                        SyscallTable.X86_64.number(call), callRules, defaultAction)));
    return keys;
  }

  /** The rules as disjoint clauses; the part that needs no library. */
  private static List<Clause> clauses(SeccompRules rules, HostileAction hostile) {
    List<Clause> clauses = new ArrayList<>();
    for (CallFilter.Key key : keys(rules, hostile)) {
      clauses.addAll(key.disjointClauses());
      Clauses.checkTogether(clauses.size());
    }
    return clauses;
  }

  static SeccompAction defaultAction(SeccompRules rules) {
    return SeccompAction.errno(Effect.errno(rules.defaultErrno()));
  }
}
