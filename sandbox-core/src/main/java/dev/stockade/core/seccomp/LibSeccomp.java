package dev.stockade.core.seccomp;

import com.sun.jna.Library;
import com.sun.jna.Pointer;

/**
 * The part of libseccomp that we call, see seccomp_init(3) and its neighbours. Errors are −errno.
 */
interface LibSeccomp extends Library {
  /** {@code enum scmp_filter_attr}. */
  int SCMP_FLTATR_ACT_BADARCH = 2;

  /** Since 2.5.0; 2 is a binary tree over the numbers. */
  int SCMP_FLTATR_CTL_OPTIMIZE = 8;

  int OPTIMIZE_BINARY_TREE = 2;

  /** {@code SCMP_ACT_NOTIFY} and {@code SCMP_ACT_KILL_PROCESS} are valid from this level on. */
  int API_LEVEL_NOTIFY = 5;

  /** {@code enum scmp_compare}: {@code (arg & datum_a) == datum_b}. */
  int SCMP_CMP_MASKED_EQ = 7;

  /** {@code AUDIT_ARCH_X86_64}. */
  int SCMP_ARCH_X86_64 = 0xc000_003e;

  /**
   * {@code struct scmp_arg_cmp { unsigned int arg; enum scmp_compare op; uint64_t datum_a, datum_b;
   * }}.
   */
  int SCMP_ARG_CMP_BYTES = 24;

  /** {@code const struct scmp_version *}: major, minor, micro as unsigned int. */
  Pointer seccomp_version();

  int seccomp_api_set(int level);

  int seccomp_arch_native();

  Pointer seccomp_init(int defaultAction);

  void seccomp_release(Pointer context);

  int seccomp_attr_set(Pointer context, int attribute, int value);

  int seccomp_rule_add_exact_array(
      Pointer context, int action, int syscall, int count, Pointer comparisons);

  int seccomp_export_bpf(Pointer context, int fd);

  int seccomp_export_pfc(Pointer context, int fd);
}
