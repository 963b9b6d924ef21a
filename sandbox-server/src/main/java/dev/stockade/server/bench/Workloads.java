package dev.stockade.server.bench;

import dev.stockade.server.selftest.MachineCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The programs that are measured, and the folder with those of them that are made here: two static
 * executables of a few instructions, for which no compiler is needed.
 */
public final class Workloads implements AutoCloseable {
  /** Where sandboxes show the folder. */
  static final String INSIDE = "/opt/stockade-bench";

  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final String NO_OP = "no-op";
  private static final String TOUCHER = "touch-100MiB";

  private static final String EXIT =
      """
      31 ff                # xor edi, edi
      b8 e7 00 00 00       # mov eax, 231 (exit_group)
      0f 05                # syscall
      """;

  /** mmap(2) of 100 MiB, private and anonymous; one byte written into each of its 25600 pages. */
  private static final String TOUCH =
      """
      31 ff                # xor edi, edi
      be 00 00 40 06       # mov esi, 100 * 1024 * 1024
      ba 03 00 00 00       # mov edx, PROT_READ | PROT_WRITE
      41 ba 22 00 00 00    # mov r10d, MAP_PRIVATE | MAP_ANONYMOUS
      49 c7 c0 ff ff ff ff # mov r8, -1
      45 31 c9             # xor r9d, r9d
      b8 09 00 00 00       # mov eax, 9 (mmap)
      0f 05                # syscall
      b9 00 64 00 00       # mov ecx, 25600
      c6 00 01             # mov byte [rax], 1
      48 05 00 10 00 00    # add rax, 4096
      ff c9                # dec ecx
      75 f3                # jnz: the next page
      """;

  private final Path folder;
  private final List<Path> files = new ArrayList<>();

  /** Makes the folder and the programs in it. */
  public Workloads() throws IOException {
    folder = Files.createTempDirectory("stockade-bench-");
    write(NO_OP, MachineCode.executable(MachineCode.parse(EXIT)));
    write(TOUCHER, MachineCode.executable(MachineCode.parse(TOUCH + EXIT)));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    files.add(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The folder on the host; not writable by a job, which sees it read-only. */
  Path folder() {
    return folder;
  }

  /** {@code /bin/true}, what the ratios that Stockade is judged by are of. */
  static Workload trivial() {
    return Workload.of("/bin/true", List.of("/bin/true"), 1);
  }

  /** All that this host can run: without Python there is one less. */
  public List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    all.add(trivial());
    all.add(file("static no-op", NO_OP, 1));
    if (Files.isExecutable(PYTHON)) {
      all.add(Workload.of("python3 -c pass", List.of(PYTHON.toString(), "-c", "pass"), 4));
    }
    all.add(file("touch 100 MiB of memory", TOUCHER, 6));
    return all;
  }

  private Workload file(String name, String file, int divisor) {
    return Workload.ofFile(name, folder.resolve(file).toString(), INSIDE + "/" + file, divisor);
  }

  @Override
  public void close() throws IOException {
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }
}
