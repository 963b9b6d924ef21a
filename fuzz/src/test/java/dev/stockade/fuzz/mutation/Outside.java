package dev.stockade.fuzz.mutation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** The probe without any sandbox: what the kernel itself can do. */
final class Outside {
  private Outside() {}

  /** Only for what is harmless to whoever runs the tests. */
  static String probe(String... arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("stockade-outside");
    Path program = folder.resolve("probe");
    try {
      Files.write(program, Probe.program());
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      List<String> command = new ArrayList<>(List.of(program.toString()));
      command.addAll(List.of(arguments));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return said;
    } finally {
      Files.deleteIfExists(program);
      Files.delete(folder);
    }
  }
}
