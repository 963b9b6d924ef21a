package dev.stockade.core.seccomp;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

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

  /** libseccomp keeps state of its own outside of the filter that it builds. */
  private static final Object LIBRARY_LOCK = new Object();

  private final LibSeccomp library;

  /**
   * @throws HostUnsupportedException when libseccomp is missing or too old
   */
  public SeccompCompiler() {
    synchronized (LIBRARY_LOCK) {
      library = LibSeccompLoader.load(LibSeccompLoader.SONAME);
    }
  }

  /**
   * The filter for these rules; equal rules make equal bytes.
   *
   * @throws IllegalArgumentException when the rules name no call or errno of that name, put
   *     conditions on two siblings at once, or do not fit one filter
   */
  public BpfProgram compile(SeccompRules rules, HostileAction hostile) {
    BpfProgram program = Shortener.shorten(unshortened(rules, hostile));
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

  /** The filter as libseccomp makes it, with the {@link Prologue}. */
  BpfProgram unshortened(SeccompRules rules, HostileAction hostile) {
    return Prologue.before(
        new BpfProgram(export("bpf", library::seccomp_export_bpf, rules, hostile)));
  }

  /** libseccomp's pseudo filter code of its part of the filter, for people. */
  public String pseudoCode(SeccompRules rules, HostileAction hostile) {
    byte[] text = export("pfc", library::seccomp_export_pfc, rules, hostile);
    return new String(text, StandardCharsets.US_ASCII);
  }

  /** The rules as disjoint clauses; the part that needs no library. */
  static List<Clause> clauses(SeccompRules rules, HostileAction hostile) {
    SeccompAction defaultAction = defaultAction(rules);
    Map<String, List<CallRule>> byCall = Expansion.of(rules, hostile);
    List<Clause> clauses = new ArrayList<>();
    byCall.forEach(
        (call, callRules) -> {
          clauses.addAll(Clauses.of(SyscallTable.X86_64.number(call), callRules, defaultAction));
          if (clauses.size() > Clauses.MAX_CLAUSES) {
            throw new IllegalArgumentException(
                "the conditions of all rules together need more than "
                    + Clauses.MAX_CLAUSES
                    + " comparisons: use fewer notEqual, less or greater");
          }
        });
    return clauses;
  }

  static SeccompAction defaultAction(SeccompRules rules) {
    return SeccompAction.errno(Effect.errno(rules.defaultErrno()));
  }

  private byte[] export(
      String format,
      ToIntBiFunction<Pointer, Integer> exporter,
      SeccompRules rules,
      HostileAction hostile) {
    List<Clause> clauses = clauses(rules, hostile);
    synchronized (LIBRARY_LOCK) {
      @Nullable Pointer context = library.seccomp_init(defaultAction(rules).returnValue());
      if (context == null) {
        throw new SandboxException("seccomp_init failed");
      }
      try (MemoryFile file = MemoryFile.create("stockade-seccomp")) {
        setAttributes(context);
        for (Clause clause : clauses) {
          add(context, clause);
        }
        check("seccomp_export_" + format, exporter.applyAsInt(context, file.fd()));
        return file.bytes();
      } finally {
        library.seccomp_release(context);
      }
    }
  }

  private void setAttributes(Pointer context) {
    int kill = SeccompAction.of(SeccompAction.Kind.KILL_PROCESS).returnValue();
    check(
        "seccomp_attr_set(SCMP_FLTATR_ACT_BADARCH)",
        library.seccomp_attr_set(context, LibSeccomp.SCMP_FLTATR_ACT_BADARCH, kill));
    check(
        "seccomp_attr_set(SCMP_FLTATR_CTL_OPTIMIZE)",
        library.seccomp_attr_set(
            context, LibSeccomp.SCMP_FLTATR_CTL_OPTIMIZE, LibSeccomp.OPTIMIZE_BINARY_TREE));
  }

  private void add(Pointer context, Clause clause) {
    int action = clause.action().returnValue();
    int count = clause.when().size();
    int status;
    if (count == 0) {
      status =
          library.seccomp_rule_add_exact_array(context, action, clause.number(), 0, Pointer.NULL);
    } else {
      try (Memory comparisons = comparisons(clause.when())) {
        status =
            library.seccomp_rule_add_exact_array(
                context, action, clause.number(), count, comparisons);
      }
    }
    check("seccomp_rule_add_exact_array(" + clause + ")", status);
  }

  private static Memory comparisons(List<ArgumentCondition> when) {
    Memory array = new Memory((long) when.size() * LibSeccomp.SCMP_ARG_CMP_BYTES);
    for (int i = 0; i < when.size(); i++) {
      ArgumentCondition condition = when.get(i);
      boolean masked = condition.mask() != -1;
      long at = (long) i * LibSeccomp.SCMP_ARG_CMP_BYTES;
      array.setInt(at, condition.index());
      array.setInt(at + 4, masked ? LibSeccomp.SCMP_CMP_MASKED_EQ : operator(condition));
      array.setLong(at + 8, masked ? condition.mask() : condition.value());
      array.setLong(at + 16, masked ? condition.value() : 0);
    }
    return array;
  }

  /** {@code enum scmp_compare}. */
  private static int operator(ArgumentCondition condition) {
    return switch (condition.comparison()) {
      case NOT_EQUAL -> 1;
      case LESS -> 2;
      case LESS_OR_EQUAL -> 3;
      case EQUAL -> 4;
      case GREATER_OR_EQUAL -> 5;
      case GREATER -> 6;
    };
  }

  private static void check(String call, int status) {
    if (status != 0) {
      throw new SandboxException(call + ": " + Errno.nameOf(-status));
    }
  }
}
