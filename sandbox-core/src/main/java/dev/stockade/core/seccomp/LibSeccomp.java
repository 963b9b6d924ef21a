package dev.stockade.core.seccomp;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The part of libseccomp that we call, see seccomp_init(3) and its neighbours. Errors are −errno.
 *
 * <p>Bound directly: a call through one of JNA's interfaces costs as much as what libseccomp does
 * in it, and a filter takes a thousand.
 */
final class LibSeccomp {
  /** {@code enum scmp_filter_attr}. */
  static final int SCMP_FLTATR_ACT_BADARCH = 2;

  /** Since 2.5.0; 2 is a binary tree over the numbers. */
  static final int SCMP_FLTATR_CTL_OPTIMIZE = 8;

  static final int OPTIMIZE_BINARY_TREE = 2;

  /** {@code SCMP_ACT_NOTIFY} and {@code SCMP_ACT_KILL_PROCESS} are valid from this level on. */
  static final int API_LEVEL_NOTIFY = 5;

  /** {@code enum scmp_compare}: {@code (arg & datum_a) == datum_b}. */
  static final int SCMP_CMP_MASKED_EQ = 7;

  /** {@code AUDIT_ARCH_X86_64}. */
  static final int SCMP_ARCH_X86_64 = 0xc000_003e;

  /**
   * {@code struct scmp_arg_cmp { unsigned int arg; enum scmp_compare op; uint64_t datum_a, datum_b;
   * }}.
   */
  static final int SCMP_ARG_CMP_BYTES = 24;

  private static @Nullable LibSeccomp bound;

  private LibSeccomp() {}

  /**
   * Binds the library, once in this process.
   *
   * @throws UnsatisfiedLinkError when there is no such library, or it lacks a function
   */
  static synchronized LibSeccomp load(String soname) {
    NativeLibrary library = NativeLibrary.getInstance(soname);
    if (bound == null) {
      Native.register(LibSeccomp.class, library);
      bound = new LibSeccomp();
    }
    return bound;
  }

  /** {@code const struct scmp_version *}: major, minor, micro as unsigned int. */
  native Pointer seccomp_version();

  native int seccomp_api_set(int level);

  native int seccomp_arch_native();

  native Pointer seccomp_init(int defaultAction);

  native void seccomp_release(Pointer context);

  native int seccomp_attr_set(Pointer context, int attribute, int value);

  native int seccomp_rule_add_exact_array(
      Pointer context, int action, int syscall, int count, Pointer comparisons);

  native int seccomp_export_bpf(Pointer context, int fd);

  native int seccomp_export_pfc(Pointer context, int fd);
}
