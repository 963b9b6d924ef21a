package dev.stockade.server.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompilerIdentityTest {
  private static final Tool TOOL = new Tool("compile", "1.0", List.of("-new"));
  @TempDir Path folder;
  private Path program;
  private Policy policy;

  @BeforeEach
  void install() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    program = executable(tools.resolve("compile"));
    Path file = folder.resolve("tools.yaml");
    Files.writeString(
        file,
        """
        extends: default
        description: Tools of the test
        binds:
          - {source: %s, target: /opt/tools}
        environment:
          PATH: /opt/tools:/usr/bin
        """
            .formatted(tools));
    policy = Policies.load(file);
  }

  private static Path executable(Path file) throws IOException {
    Files.writeString(file, "#!/bin/sh\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void theFileIsTheOneThatTheSandboxShows() {
    assertEquals(Optional.of(program), CompilerIdentity.file("compile", policy));
    assertEquals(Optional.of(Path.of("/usr/bin/env")), CompilerIdentity.file("env", policy));
    assertEquals(Optional.empty(), CompilerIdentity.file("no-such-program", policy));
  }

  @Test
  void itChangesWithTheFileAndWithTheVersion() throws IOException {
    String before = CompilerIdentity.of(TOOL, policy);
    assertEquals(before, CompilerIdentity.of(TOOL, policy));
    assertTrue(before.startsWith("compile 1.0 [-new]\n" + program.toRealPath()), before);
    assertNotEquals(
        before, CompilerIdentity.of(new Tool("compile", "1.1", List.of("-new")), policy));
    Files.setLastModifiedTime(program, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    String touched = CompilerIdentity.of(TOOL, policy);
    assertNotEquals(before, touched);
    Files.delete(program);
    executable(program);
    Files.setLastModifiedTime(program, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    assertNotEquals(touched, CompilerIdentity.of(TOOL, policy), "another file of the same time");
  }
}
