package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.Policies;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input of a run that is a file of the host. */
final class ContentIT {
  private static Sandbox sandbox;

  @BeforeAll
  static void open() {
    SandboxNeeds.defaultPolicy();
    sandbox = Sandbox.open(Policies.named("default"));
  }

  @AfterAll
  static void close() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  private static String text(Output output) {
    return new String(output.bytes(), StandardCharsets.UTF_8);
  }

  /** Longer than a copy within the kernel takes at one time, and than any buffer of ours. */
  @Test
  void filesOfTheHostAreInputWithoutBeingReadHere(@TempDir Path folder) throws Exception {
    byte[] bytes = new byte[5_000_001];
    new Random(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("input"), bytes);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    RunResult result =
        sandbox.run(
            RunRequest.command(
                    "sh",
                    "-c",
                    "cmp - d/copy && cmp empty /dev/null && chmod 777 d/copy && echo x > d/copy"
                        + " && chmod 777 /proc/self/fd/0 2> error; echo x > /proc/self/fd/0;"
                        + " stat -c %a-%s d/copy; tail -c 1 /proc/self/fd/0 | od -An -tx1")
                .stdin(Content.of(file))
                .file("d/copy", new RunRequest.InputFile(Content.of(file), true))
                .file("empty", new RunRequest.InputFile(Content.NOTHING, false))
                .build());
    assertEquals(
        String.format("777-2%n %02x%n", bytes[bytes.length - 1]),
        text(result.stdout()),
        result::toString);
    assertArrayEquals(bytes, Files.readAllBytes(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void inputThatIsNoFileOfTheHostIsRefusedByName(@TempDir Path folder) {
    for (Path path : List.of(folder, folder.resolve("missing"))) {
      assertEquals(
          "stdin",
          assertThrows(
                  InvalidRequestException.class,
                  () -> sandbox.run(RunRequest.command("cat").stdin(Content.of(path)).build()))
              .field());
    }
    assertEquals(
        "files.a",
        assertThrows(
                InvalidRequestException.class,
                () ->
                    sandbox.run(
                        RunRequest.command("cat")
                            .file("a", new RunRequest.InputFile(Content.of(folder), false))
                            .build()))
            .field());
  }

  @Test
  void fileOfTheHostThatIsTooLargeForTheWorkspaceIsRefusedByName(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("large");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[1]), 65L << 20); // the workspace has 64 MiB
    }
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class,
            () ->
                sandbox.run(
                    RunRequest.command("true")
                        .file("large", new RunRequest.InputFile(Content.of(file), false))
                        .build()));
    assertEquals("files.large", refused.field());
  }
}
