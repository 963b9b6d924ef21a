package dev.stockade.core.run;

import dev.stockade.core.cgroup.CgroupUsage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel and our own timers said about a job that has ended.
 *
 * @param waitStatus the program's, or {@code null} when it was killed with its namespace
 * @param killedFor why Stockade ended it, or {@code null}
 * @param deniedSyscall name of the hostile call that was held
 * @param involuntarySwitches how often the kernel took the processor away from the program, see
 *     {@code ru_nivcsw} in getrusage(2), or {@code null} as for the wait status
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record JobOutcome(
    @Nullable Integer waitStatus,
    @Nullable KilledFor killedFor,
    @Nullable String deniedSyscall,
    CgroupUsage usage,
    @Nullable Long involuntarySwitches,
    long wallTimeNanos,
    byte[] stdout,
    long stdoutBytes,
    byte[] stderr,
    long stderrBytes,
    Map<String, byte[]> files,
    Map<String, String> fileErrors) {

  JobOutcome withFiles(Map<String, byte[]> contents, Map<String, String> errors) {
    return new JobOutcome(
        waitStatus,
        killedFor,
        deniedSyscall,
        usage,
        involuntarySwitches,
        wallTimeNanos,
        stdout,
        stdoutBytes,
        stderr,
        stderrBytes,
        contents,
        errors);
  }

  /** Why Stockade ended a job. */
  public enum KilledFor {
    CPU_TIME("cpuTime"),
    WALL_TIME("wallTime"),
    OUTPUT("output"),
    DENIED_SYSCALL("deniedSyscall"),
    CANCELLED("cancelled"),
    /** A service that nobody needs any more. */
    DISMISSED("dismissed");

    private final String text;

    KilledFor(String text) {
      this.text = text;
    }

    /** As results spell it. */
    public String text() {
      return text;
    }
  }
}
