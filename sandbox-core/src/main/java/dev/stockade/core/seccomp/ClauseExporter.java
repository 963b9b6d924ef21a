package dev.stockade.core.seccomp;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Has libseccomp make a filter of disjoint clauses, and export it. It answers other architectures
 * and x32 with SECCOMP_RET_KILL_PROCESS.
 */
final class ClauseExporter {
  /** libseccomp keeps state of its own outside of the filter that it builds. */
  private static final Object LIBRARY_LOCK = new Object();

  private final LibSeccomp library;

  /**
   * @throws HostUnsupportedException when libseccomp is missing or too old
   */
  ClauseExporter() {
    synchronized (LIBRARY_LOCK) {
      library = LibSeccompLoader.load(LibSeccompLoader.SONAME);
    }
  }

  /**
   * The filter as the kernel takes it.
   *
   * @param defaultAction what happens where no clause holds
   */
  BpfProgram program(List<Clause> clauses, SeccompAction defaultAction) {
    return new BpfProgram(export("bpf", library::seccomp_export_bpf, clauses, defaultAction));
  }

  /** The filter as libseccomp's pseudo filter code, for people. */
  String pseudoCode(List<Clause> clauses, SeccompAction defaultAction) {
    byte[] text = export("pfc", library::seccomp_export_pfc, clauses, defaultAction);
    return new String(text, StandardCharsets.US_ASCII);
  }

  private byte[] export(
      String format,
      ToIntBiFunction<Pointer, Integer> exporter,
      List<Clause> clauses,
      SeccompAction defaultAction) {
    synchronized (LIBRARY_LOCK) {
      @Nullable Pointer context = library.seccomp_init(defaultAction.returnValue());
      if (context == null) {
        throw new SandboxException("seccomp_init failed");
      }
      try (MemoryFile file = MemoryFile.create("stockade-seccomp");
          Memory comparisons = new Memory((long) Box.ARGUMENTS * LibSeccomp.SCMP_ARG_CMP_BYTES)) {
        setAttributes(context);
        for (Clause clause : clauses) {
          add(context, clause, comparisons);
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

  /**
   * @param comparisons room for those of one clause
   */
  private void add(Pointer context, Clause clause, Memory comparisons) {
    int count = clause.when().size();
    for (int i = 0; i < count; i++) {
      write(clause.when().get(i), comparisons, (long) i * LibSeccomp.SCMP_ARG_CMP_BYTES);
    }
    int status =
        library.seccomp_rule_add_exact_array(
            context, clause.action().returnValue(), clause.number(), count, comparisons);
    if (status != 0) {
      check("seccomp_rule_add_exact_array(" + clause + ")", status);
    }
  }

  private static void write(ArgumentCondition condition, Memory to, long at) {
    boolean masked = condition.mask() != -1;
    to.setInt(at, condition.index());
    to.setInt(at + 4, masked ? LibSeccomp.SCMP_CMP_MASKED_EQ : operator(condition));
    to.setLong(at + 8, masked ? condition.mask() : condition.value());
    to.setLong(at + 16, masked ? condition.value() : 0);
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
