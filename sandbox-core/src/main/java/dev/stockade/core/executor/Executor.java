package dev.stockade.core.executor;

import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Memfd;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The executor as a file in memory that can be spawned; no compiler, no unpacking, no exec from
 * /tmp.
 */
public final class Executor {
  private final byte[] elf;

  private Executor(byte[] elf) {
    this.elf = elf.clone();
  }

  /** Assembles the executor for this machine's processor. */
  public static Executor create() {
    return of(elf());
  }

  /** An executor of other code. */
  static Executor of(byte[] elf) {
    return new Executor(elf);
  }

  /** The bytes of the ELF file. */
  static byte[] elf() {
    return elf(Layout.ARENA_FD, Constants.MAP_SHARED | Constants.MAP_FIXED_NOREPLACE);
  }

  /**
   * The bytes of an ELF file that is a program like any other, for tests that need one which does
   * nothing but system calls: it performs the plan that stands at the beginning of its standard
   * input, a file, encoded for {@link Layout#ARENA_ADDRESS}. It maps the file privately, so what
   * the plan writes is its own.
   */
  public static byte[] payload() {
    return elf(0, Constants.MAP_PRIVATE | Constants.MAP_FIXED_NOREPLACE);
  }

  private static byte[] elf(int fd, int flags) {
    String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    if (!Set.of("amd64", "x86_64").contains(architecture)) {
      throw new HostUnsupportedException(
          "executor",
          "there is none for " + architecture,
          "use a machine with an x86-64 processor");
    }
    return ElfImage.of(new X86Code(fd, flags));
  }

  /**
   * Starts an executor process.
   *
   * <p>The calling thread must live as long as the process: the kernel sends the parent-death
   * signal (PR_SET_PDEATHSIG, prctl(2)) when the <em>thread</em> that made the process ends.
   *
   * @param control the executor's end of its control socket
   * @param arena the shared memory, with a plan at its beginning
   * @return its pid; the caller waits for it
   */
  public int spawn(Fd control, Fd arena) {
    int aboveTargets = 16;
    try (Fd program = image();
        Fd controlCopy = Sys.duplicate(control, aboveTargets);
        Fd arenaCopy = Sys.duplicate(arena, aboveTargets)) {
      int pid =
          Sys.spawn(
              "/proc/" + Sys.pid() + "/fd/" + program.number(),
              List.of("stockade-zygote"),
              List.of(),
              Map.of(Layout.CONTROL_FD, controlCopy, Layout.ARENA_FD, arenaCopy));
      Sys.chmod(program, 0);
      return pid;
    }
  }

  /**
   * A file of each process's own, so that nobody may execute or open it once the process runs: a
   * job whose program is a script with the interpreter {@code /proc/self/exe} names it.
   */
  private Fd image() {
    Fd image = Memfd.executable("stockade-executor");
    try {
      Sys.writeFully(image, elf);
      Memfd.seal(image);
      Sys.chmod(image, 0555);
      return image;
    } catch (SystemCallException e) {
      image.close();
      throw e;
    }
  }
}
