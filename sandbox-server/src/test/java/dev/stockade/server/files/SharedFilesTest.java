package dev.stockade.server.files;

import static dev.stockade.server.files.FileStoreTest.sha256;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.files.FileRefusedException.Reason;
import dev.stockade.server.files.FileStore.Deleted;
import dev.stockade.server.job.FilesGoneException;
import dev.stockade.server.job.StoredFile;
import dev.stockade.server.job.StoredFiles.Hold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How copies of shared files come and go; where they are kept is a map here. */
class SharedFilesTest {
  private static final FileLimits LIMITS =
      new FileLimits(ByteSize.ofBytes(200), ByteSize.ofBytes(100), Duration.ofHours(1));

  @TempDir private Path parent;
  private final KeptFiles kept = new KeptFiles();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private LocalFiles copies;
  private SharedFiles files;

  @BeforeEach
  void open() {
    copies = new LocalFiles(parent.resolve("copies"), LIMITS, () -> now, true);
    files = new SharedFiles(kept, copies, LIMITS);
  }

  @AfterEach
  void close() {
    files.close();
  }

  private static byte[] content(int number, int length) {
    byte[] bytes = new byte[length];
    bytes[0] = (byte) number;
    return bytes;
  }

  /** Has a file kept that another server has stored. */
  private String elsewhere(int number, int length) {
    byte[] bytes = content(number, length);
    kept.files.put(sha256(bytes), bytes);
    return sha256(bytes);
  }

  private void use(String sha256) {
    now = now.plusSeconds(1);
    files.bring(Set.of(sha256)).close();
  }

  @Test
  void fileIsFoundOnceItWasLookedUpAndIsHereOnceItWasBrought() throws IOException {
    String sha256 = elsewhere(1, 50);
    assertEquals(Optional.empty(), files.find(sha256));
    files.lookUp(Set.of(sha256, sha256(content(2, 1))));
    assertEquals(Optional.empty(), files.find(sha256(content(2, 1))));
    StoredFile file = files.find(sha256).orElseThrow();
    assertEquals(50, file.bytes());
    assertFalse(Files.exists(file.path()));
    try (Hold hold = files.bring(Set.of(sha256))) {
      assertEquals(Set.of(), hold.missing());
      assertArrayEquals(content(1, 50), Files.readAllBytes(file.path()));
    }
    use(sha256);
    assertEquals(1, kept.reads.get(), "it is copied once");
  }

  @Test
  void fileIsStoredWhereItIsKeptAndCopiedHere() {
    byte[] bytes = content(1, 50);
    for (boolean isNew : new boolean[] {true, false}) {
      try (Upload upload = files.begin(sha256(bytes), 50, Storer.unlimited(""))) {
        upload.write(bytes);
        assertEquals(isNew, upload.commit());
      }
    }
    assertArrayEquals(bytes, kept.files.get(sha256(bytes)));
    use(sha256(bytes));
    assertEquals(0, kept.reads.get());
  }

  @Test
  void copyThatIsHereDoesNotMakeAFileStored() {
    byte[] bytes = content(1, 50);
    String sha256 = elsewhere(1, 50);
    use(sha256);
    kept.files.clear();
    try (Upload upload = files.begin(sha256, 50, Storer.unlimited(""))) {
      upload.write(bytes);
      assertTrue(upload.commit(), "another server had deleted it");
    }
    assertArrayEquals(bytes, kept.files.get(sha256));
  }

  @Test
  void copyThatWasUsedLeastLatelyGoesForAnother() {
    String old = elsewhere(1, 40);
    String used = elsewhere(2, 40);
    String next = elsewhere(3, 40);
    use(old);
    use(used);
    use(old);
    use(next);
    assertEquals(Set.of(old, next), copies.names());
    assertEquals(80, files.bytes());
  }

  @Test
  void copyThatAJobUsesStays() {
    String used = elsewhere(1, 40);
    String other = elsewhere(2, 40);
    try (Hold hold = files.bring(Set.of(used))) {
      assertEquals(Set.of(), hold.missing());
      use(other);
      use(elsewhere(3, 60));
      assertEquals(Set.of(used, sha256(content(3, 60))), copies.names());
    }
  }

  @Test
  void whoFindsNoRoomHoldsNothing() {
    String used = elsewhere(1, 60);
    String free = elsewhere(2, 40);
    String large = elsewhere(3, 50);
    try (Hold hold = files.bring(Set.of(used))) {
      assertEquals(Set.of(), hold.missing());
      FileRefusedException refused =
          assertThrows(FileRefusedException.class, () -> files.bring(Set.of(free, large)));
      assertEquals(Reason.FULL, refused.reason());
    }
    files.bring(Set.of(free, large)).close();
    assertEquals(Set.of(free, large), copies.names());
  }

  @Test
  void filesThatNeverFitAreAFault() {
    Set<String> all = Set.of(elsewhere(1, 60), elsewhere(2, 60));
    SandboxException fault = assertThrows(SandboxException.class, () -> files.bring(all));
    assertEquals(
        "the job's stored files have 120B, more than the copies on this server may have: 100B",
        fault.getMessage());
  }

  @Test
  void damagedOrMissingFileIsAFaultAndLeavesNoCopy() {
    String sha256 = elsewhere(1, 50);
    kept.files.put(sha256, content(2, 50));
    SandboxException damaged =
        assertThrows(SandboxException.class, () -> files.bring(Set.of(sha256)));
    assertTrue(String.valueOf(damaged.getMessage()).contains("is damaged where it is kept"));
    files.lookUp(Set.of(sha256));
    kept.files.clear();
    FilesGoneException gone =
        assertThrows(FilesGoneException.class, () -> files.bring(Set.of(sha256)));
    assertEquals("are not stored any more: " + sha256, gone.getMessage());
    assertEquals(Optional.empty(), files.find(sha256), "it is no longer known");
    assertEquals(Set.of(), copies.names());
    assertEquals(0, files.bytes());
  }

  @Test
  void copiesOfFilesThatAreGoneGo() {
    String mine = elsewhere(1, 40);
    String others = elsewhere(2, 40);
    use(mine);
    use(others);
    assertEquals(Deleted.GONE, files.delete(mine));
    assertEquals(Set.of(others), copies.names());
    kept.files.clear();
    files.sweep();
    assertEquals(Set.of(), copies.names());
    assertEquals(Deleted.ABSENT, files.delete(mine));
  }
}
