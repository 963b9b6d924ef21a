package dev.stockade.server.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheFolderTest {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path home;

  @Test
  void aFileIsKeptInTheUsersOwnFolder() throws IOException {
    CacheFolder folder = CacheFolder.of(Map.of(), home.toString());
    assertEquals(Optional.empty(), folder.read("file"));
    assertTrue(folder.write("file", CONTENT));
    assertTrue(folder.write("file", CONTENT));
    assertArrayEquals(CONTENT, folder.read("file").orElseThrow());
    Path there = home.resolve(".cache/stockade");
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(there)));
    try (Stream<Path> files = Files.list(there)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void theEnvironmentMayNameTheFolder() {
    Path named = home.resolve("named");
    CacheFolder.of(Map.of("XDG_CACHE_HOME", named.toString()), "/nowhere").write("file", CONTENT);
    assertTrue(Files.exists(named.resolve("stockade/file")));
  }

  @Test
  void withoutAHomeNothingIsKept() {
    for (String unknown : new String[] {"", "?", "/"}) {
      CacheFolder folder = CacheFolder.of(Map.of("XDG_CACHE_HOME", "relative"), unknown);
      assertFalse(folder.write("file", CONTENT));
      assertEquals(Optional.empty(), folder.read("file"));
    }
  }

  @Test
  void aFolderThatCannotBeMadeKeepsNothing() throws IOException {
    Path file = Files.write(home.resolve("file"), CONTENT);
    CacheFolder folder = CacheFolder.of(Map.of(), file.toString());
    assertFalse(folder.write("file", CONTENT));
    assertEquals(Optional.empty(), folder.read("file"));
  }
}
