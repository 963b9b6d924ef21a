package dev.stockade.core.executor;

import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Sys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The executor as a file in memory that can be spawned; no compiler, no unpacking, no exec from
 * /tmp.
 */
public final class Executor implements AutoCloseable {
  private final Fd image;

  private Executor(Fd image) {
    this.image = image;
  }

  /** Assembles the executor for this machine's processor. */
  public static Executor create() {
    Fd image = Sys.executableMemfd("stockade-executor");
    Sys.writeFully(image, elf());
    Sys.seal(image);
    Sys.chmod(image, 0555);
    return new Executor(image);
  }

  /** The bytes of the ELF file. */
  static byte[] elf() {
    String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    if (!Set.of("amd64", "x86_64").contains(architecture)) {
      throw new HostUnsupportedException(
          "executor",
          "there is none for " + architecture,
          "use a machine with an x86-64 processor");
    }
    return ElfImage.of(new X86Code());
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
    try (Fd program = copy();
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
   * The image in a file of its own, so that nobody may execute or open it once the process runs: a
   * job whose program is a script with the interpreter {@code /proc/self/exe} names it.
   */
  private Fd copy() {
    Fd program = Sys.executableMemfd("stockade-executor");
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc/self/fd/" + image.number()));
      Sys.writeFully(program, bytes);
      Sys.seal(program);
      Sys.chmod(program, 0555);
      return program;
    } catch (IOException e) {
      program.close();
      throw new SandboxException("the executor's image cannot be read", e);
    }
  }

  @Override
  public void close() {
    image.close();
  }
}
