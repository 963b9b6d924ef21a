package dev.stockade.core.executor;

/**
 * The shared language of the encoder, which writes steps, and the executor, which performs them.
 *
 * <p>A step is {@value #STEP_SIZE} bytes, sixteen little-endian words:
 *
 * <pre>
 * offset  CALL and SPAWN              REAP                    END
 *      0  operation                   operation               operation
 *      8  failure (index &lt;&lt; 32)       failure (index &lt;&lt; 32)
 *     16  address of the mailbox      address of the mailbox
 *     24  system-call number
 *     32  address of argument 0       address of the pid      address of the target
 *     40  address of argument 1       address for the status
 *     48  address of argument 2       address for the rusage
 *   56-72 addresses of arguments 3-5
 *     80  address for the result
 *     88  tolerated errnos: bit N for errno N below 64; −1 for all; of REAP as well
 *     96  smallest result that is a success
 *    104  SPAWN: address of the child's first step
 *   112-  nothing
 * </pre>
 *
 * An argument is always an address from which the value is loaded: that of an immediate in the
 * literal pool, or that of a slot. So the executor has one way to fetch an argument and needs no
 * decoding.
 */
public final class Layout {
  private Layout() {}

  /** Descriptor of the control socket in a fresh executor. */
  public static final int CONTROL_FD = 3;

  /** Descriptor of the shared memory in a fresh executor. */
  public static final int ARENA_FD = 4;

  /**
   * Where the executor maps the shared memory: far from where the kernel puts stack, vdso and heap.
   */
  public static final long ARENA_ADDRESS = 0x10_0000_0000L;

  /** Length of the shared memory in bytes; pages that were never touched cost nothing. */
  public static final long ARENA_SIZE = 8L << 20;

  /** Length of each of the two places for orders to the zygote, in bytes. */
  public static final long ORDER_SIZE = 512L << 10;

  /** The first place for orders; before it lies the zygote's own plan. */
  public static final long FIRST_ORDER = ARENA_ADDRESS + ORDER_SIZE;

  /** Length of each of the two places for jobs' plans, in bytes. */
  public static final long JOB_SIZE = 3L << 20;

  /** The first place for a job's plans. */
  public static final long FIRST_JOB = ARENA_ADDRESS + (2L << 20);

  /** Exit status of an executor one of whose steps failed. */
  public static final int FAILED_STATUS = 111;

  static final int STEP_SIZE = 128;

  static final int OP_CALL = 0;
  static final int OP_SPAWN = 1;
  static final int OP_REAP = 2;
  static final int OP_END = 3;

  static final int OPERATION = 0;
  static final int FAILURE = 8;
  static final int MAILBOX = 16;
  static final int NUMBER = 24;
  static final int ARGUMENTS = 32;
  static final int RESULT = 80;
  static final int TOLERATED = 88;
  static final int AT_LEAST = 96;
  static final int CHILD = 104;

  static final int REAP_PID = 32;
  static final int REAP_STATUS = 40;
  static final int REAP_USAGE = 48;
  static final int END_TARGET = 32;
}
