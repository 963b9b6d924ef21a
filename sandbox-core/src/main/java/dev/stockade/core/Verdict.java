package dev.stockade.core;

/**
 * How a program ended, judged by kernel evidence alone. A fault of the sandbox is never one of
 * these.
 */
public enum Verdict {
  /** It exited with status 0, or was a service that was dismissed, within every limit. */
  OK,
  /** It exited by itself with another status. */
  NONZERO_EXIT,
  /** A signal ended it, and no limit or filter of ours was behind that signal. */
  SIGNALED,
  /** All its processes together used more CPU time than allowed. */
  CPU_TIME_LIMIT,
  /** It was still running at its wall-time limit. */
  WALL_TIME_LIMIT,
  /** The kernel's OOM killer ended at least one of its processes. */
  MEMORY_LIMIT,
  /** It wrote more to a standard stream than allowed. */
  OUTPUT_LIMIT,
  /** It made a system call that no honest program makes. */
  SECURITY_VIOLATION
}
