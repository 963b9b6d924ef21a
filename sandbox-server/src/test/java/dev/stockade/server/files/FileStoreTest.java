package dev.stockade.server.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.files.FileRefusedException.Reason;
import dev.stockade.server.files.FileStore.Deleted;
import dev.stockade.server.job.StoredFile;
import dev.stockade.server.job.StoredFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the store of files promises. */
@Timeout(120)
class FileStoreTest {
  private static final FileAttribute<Set<PosixFilePermission>> MODE_0700 =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Duration KEEP = Duration.ofHours(1);
  private static final FileLimits LIMITS =
      new FileLimits(ByteSize.ofBytes(100), ByteSize.ofBytes(250), KEEP);

  @TempDir private Path parent;
  private final List<LocalFiles> opened = new ArrayList<>();
  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private Path folder() {
    return parent.resolve("files");
  }

  private LocalFiles open(FileLimits limits) {
    LocalFiles store = new LocalFiles(folder(), limits, () -> now, false);
    opened.add(store);
    return store;
  }

  private LocalFiles open() {
    return open(LIMITS);
  }

  @AfterEach
  void closeAll() {
    opened.forEach(LocalFiles::close);
  }

  private void passes(Duration time) {
    now = now.plus(time);
  }

  private static byte[] content(int number, int length) {
    byte[] bytes = new byte[length];
    bytes[0] = (byte) number;
    return bytes;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean put(LocalFiles store, byte[] bytes) {
    try (Upload upload = store.begin(sha256(bytes), bytes.length, Storer.unlimited(""))) {
      upload.write(bytes);
      return upload.commit();
    }
  }

  private static Reason refused(Runnable action) {
    return assertThrows(FileRefusedException.class, action::run).reason();
  }

  /** Names of everything in the store's folders. */
  private List<String> onDisk() {
    try (Stream<Path> all = Files.walk(folder())) {
      return all.filter(Files::isRegularFile)
          .map(path -> folder().relativize(path).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void fileIsThereAsItCame() throws IOException {
    LocalFiles store = open();
    byte[] bytes = "with\0everything\n".getBytes(UTF_8);
    try (Upload upload = store.begin(sha256(bytes), 0, Storer.unlimited(""))) {
      for (byte b : bytes) {
        upload.write(new byte[] {b});
      }
      assertTrue(store.find(sha256(bytes)).isEmpty(), "not before it is whole");
      assertTrue(upload.commit());
    }
    StoredFile file = store.find(sha256(bytes)).orElseThrow();
    assertEquals(bytes.length, file.bytes());
    assertArrayEquals(bytes, Files.readAllBytes(file.path()));
    assertEquals(bytes.length, store.bytes());
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())));
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())));
  }

  @Test
  void emptyFileIsAFile() {
    LocalFiles store = open();
    try (Upload upload = store.begin(sha256(new byte[0]), 0, Storer.unlimited(""))) {
      assertTrue(upload.commit());
    }
    assertEquals(0, store.find(sha256(new byte[0])).orElseThrow().bytes());
  }

  @Test
  void sameFileAgainIsOneFile() {
    LocalFiles store = open();
    byte[] bytes = content(1, 100);
    assertTrue(put(store, bytes));
    assertFalse(put(store, bytes));
    assertEquals(100, store.bytes());
    assertEquals(List.of(sha256(bytes)), onDisk());
  }

  @Test
  void otherHashLeavesNothing() {
    LocalFiles store = open();
    byte[] bytes = content(1, 50);
    try (Upload upload = store.begin(sha256(content(2, 50)), 50, Storer.unlimited(""))) {
      upload.write(bytes);
      assertEquals(Reason.OTHER_HASH, refused(upload::commit));
    }
    assertEquals(List.of(), onDisk());
    assertEquals(0, store.bytes());
  }

  @Test
  void otherHashOfAFileThatIsThereIsNoticedAsWell() {
    LocalFiles store = open();
    byte[] bytes = content(1, 50);
    put(store, bytes);
    try (Upload upload = store.begin(sha256(bytes), 50, Storer.unlimited(""))) {
      upload.write(content(2, 50));
      assertEquals(Reason.OTHER_HASH, refused(upload::commit));
    }
    assertEquals(List.of(sha256(bytes)), onDisk());
  }

  @Test
  void oneFileIsBounded() {
    LocalFiles store = open();
    String name = sha256(content(1, 101));
    assertEquals(
        Reason.TOO_LARGE, refused(() -> store.begin(name, 101, Storer.unlimited("")).close()));
    try (Upload upload = store.begin(name, 0, Storer.unlimited(""))) {
      upload.write(new byte[100]);
      assertEquals(Reason.TOO_LARGE, refused(() -> upload.write(new byte[1])));
    }
    assertEquals(0, store.bytes());
    assertEquals(List.of(), onDisk());
  }

  @Test
  void allFilesAreBoundedTogetherWithThoseThatComeIn() {
    LocalFiles store = open();
    put(store, content(1, 100));
    try (Upload coming = store.begin(sha256(content(2, 100)), 100, Storer.unlimited(""))) {
      coming.write(new byte[100]);
      assertEquals(200, store.bytes());
      assertEquals(Reason.FULL, refused(() -> put(store, content(3, 51))));
      try (Upload unannounced = store.begin(sha256(content(4, 51)), 0, Storer.unlimited(""))) {
        unannounced.write(new byte[50]);
        assertEquals(Reason.FULL, refused(() -> unannounced.write(new byte[1])));
      }
      assertTrue(put(store, content(5, 50)), "exactly full");
      assertFalse(put(store, content(1, 100)), "what is there needs no room");
    }
    assertEquals(150, store.bytes());
    assertTrue(put(store, content(6, 100)), "the broken upload gave its room back");
  }

  @Test
  void uploadsAreBounded() {
    LocalFiles store = open();
    List<Upload> uploads = new ArrayList<>();
    for (int i = 0; i < LocalFiles.MOST_UPLOADS; i++) {
      uploads.add(store.begin(sha256(content(i, 10)), 10, Storer.unlimited("")));
    }
    assertEquals(
        Reason.TOO_MANY,
        refused(() -> store.begin(sha256(content(99, 9)), 9, Storer.unlimited("")).close()));
    uploads.remove(0).close();
    assertTrue(put(store, content(99, 9)));
    uploads.forEach(Upload::close);
    assertEquals(List.of(sha256(content(99, 9))), onDisk());
  }

  @Test
  void fileGoesWhenNobodyUsesIt() {
    LocalFiles store = open();
    String unused = sha256(content(1, 10));
    String used = sha256(content(2, 10));
    put(store, content(1, 10));
    put(store, content(2, 10));
    passes(KEEP.minusSeconds(1));
    store.sweep();
    assertEquals(2, store.files());
    assertTrue(store.find(used).isPresent());
    passes(Duration.ofSeconds(1));
    store.sweep();
    assertTrue(store.find(unused).isEmpty());
    assertEquals(List.of(used), onDisk());
    assertEquals(10, store.bytes());
  }

  @Test
  void storingItAgainIsAUse() {
    LocalFiles store = open();
    put(store, content(1, 10));
    passes(KEEP.minusSeconds(1));
    put(store, content(1, 10));
    passes(KEEP.minusSeconds(1));
    store.sweep();
    assertEquals(1, store.files());
  }

  @Test
  void heldFileStaysAndHasItsTimeFromThenOn() {
    LocalFiles store = open();
    String name = sha256(content(1, 10));
    put(store, content(1, 10));
    StoredFiles.Hold first = store.hold(Set.of(name));
    StoredFiles.Hold second = store.hold(Set.of(name));
    assertEquals(Set.of(), first.missing());
    passes(KEEP.multipliedBy(10));
    store.sweep();
    assertEquals(Deleted.HELD, store.delete(name));
    first.close();
    first.close();
    store.sweep();
    assertEquals(Deleted.HELD, store.delete(name), "the second still holds it");
    second.close();
    store.sweep();
    assertEquals(1, store.files(), "its time has only begun");
    passes(KEEP);
    store.sweep();
    assertEquals(List.of(), onDisk());
  }

  @Test
  void whatIsMissingIsSaidAndTheRestIsHeld() {
    LocalFiles store = open();
    String there = sha256(content(1, 10));
    put(store, content(1, 10));
    String missing = sha256(content(2, 10));
    try (StoredFiles.Hold hold = store.hold(Set.of(there, missing))) {
      assertEquals(Set.of(missing), hold.missing());
      assertEquals(Deleted.HELD, store.delete(there));
    }
    assertEquals(Deleted.GONE, store.delete(there));
    assertEquals(Deleted.ABSENT, store.delete(there));
    assertEquals(0, store.bytes());
  }

  @Test
  void filesOutliveTheStoreWithTheirTime() {
    LocalFiles first = open();
    String old = sha256(content(1, 10));
    String young = sha256(content(2, 10));
    put(first, content(1, 10));
    put(first, content(2, 10));
    passes(Duration.ofMinutes(50));
    assertTrue(first.find(young).isPresent());
    first.sweep(); // writes down who was used
    LocalFiles second = open();
    assertEquals(20, second.bytes());
    passes(Duration.ofMinutes(10));
    second.sweep();
    assertTrue(second.find(old).isEmpty());
    assertTrue(second.find(young).isPresent());
  }

  @Test
  void halfFilesOfADeadServerGo() throws IOException {
    LocalFiles killed = open();
    put(killed, content(1, 10));
    Upload half = killed.begin(sha256(content(2, 10)), 10, Storer.unlimited(""));
    half.write(new byte[5]);
    assertEquals(2, onDisk().size());
    LocalFiles next = open();
    assertEquals(List.of(sha256(content(1, 10))), onDisk());
    assertEquals(10, next.bytes());
    assertTrue(put(next, content(2, 10)));
  }

  @Test
  void whatIsNoStoredFileIsLeftAlone() throws IOException {
    Files.createDirectories(folder());
    Files.writeString(folder().resolve("README"), "mine");
    Path elsewhere = Files.writeString(parent.resolve("secret"), "secret");
    Files.createSymbolicLink(folder().resolve("0".repeat(64)), elsewhere);
    LocalFiles store = open();
    assertEquals(0, store.files());
    assertTrue(store.find("0".repeat(64)).isEmpty());
    assertTrue(Files.exists(folder().resolve("README")));
  }

  @Test
  void namesAreHashes() {
    LocalFiles store = open();
    for (String name :
        List.of("", "..", "../secret", "A".repeat(64), "0".repeat(63), "0".repeat(64) + "\n")) {
      assertFalse(FileStore.isName(name), name);
      assertThrows(
          IllegalArgumentException.class, () -> store.begin(name, 1, Storer.unlimited("")));
    }
  }

  @Test
  void sameFileFromManyAtOnceIsStoredOnce() throws Exception {
    LocalFiles store =
        open(new FileLimits(ByteSize.ofBytes(100_000), ByteSize.ofBytes(10_000_000), KEEP));
    int clients = 16;
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      for (int round = 0; round < 20; round++) {
        byte[] bytes = content(round, 50_000);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
          all.add(
              threads.submit(
                  () -> {
                    start.await();
                    return put(store, bytes);
                  }));
        }
        start.countDown();
        int stored = 0;
        for (Future<Boolean> one : all) {
          stored += one.get() ? 1 : 0;
        }
        assertEquals(1, stored);
        assertArrayEquals(
            bytes, Files.readAllBytes(store.find(sha256(bytes)).orElseThrow().path()));
      }
    } finally {
      threads.shutdown();
    }
    assertEquals(20 * 50_000, store.bytes());
    assertEquals(20, onDisk().size());
  }

  /** Whoever was told that a file is stored or held finds it, whatever others delete meanwhile. */
  @Test
  void deletingAndStoringAtOnceLoseNothing() throws Exception {
    LocalFiles store = open();
    byte[] bytes = content(1, 64);
    String name = sha256(bytes);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        all.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < 300; round++) {
                    put(store, bytes);
                    try (StoredFiles.Hold hold = store.hold(Set.of(name))) {
                      if (hold.missing().isEmpty()) {
                        Path path = store.find(name).orElseThrow().path();
                        assertArrayEquals(bytes, Files.readAllBytes(path));
                      }
                    }
                  }
                  return null;
                }));
      }
      all.add(
          threads.submit(
              () -> {
                for (int round = 0; round < 3000; round++) {
                  store.delete(name);
                }
              }));
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdown();
    }
    put(store, bytes);
    assertEquals(List.of(name), onDisk());
    assertEquals(64, store.bytes());
  }

  @Test
  void temporaryStoreLeavesNothing() {
    Path path;
    try (LocalFiles store = LocalFiles.temporary(LIMITS)) {
      put(store, content(1, 10));
      Upload half = store.begin(sha256(content(2, 10)), 10, Storer.unlimited(""));
      half.write(new byte[5]);
      path = store.find(sha256(content(1, 10))).orElseThrow().path();
      assertTrue(Files.exists(path));
    }
    assertFalse(Files.exists(path.getParent().getParent()), "the folder around it");
  }

  @Test
  void temporaryFolderOfADeadProcessIsRemovedByTheNext() throws Exception {
    Path left = Files.createDirectory(parent.resolve("stockade-files-1"), MODE_0700);
    Files.writeString(left.resolve("lock"), "");
    Files.createDirectories(left.resolve("files/incoming"));
    Files.writeString(left.resolve("files/incoming/half"), "half");
    Path elsewhere = Files.writeString(parent.resolve("secret"), "secret");
    Files.createSymbolicLink(left.resolve("files/link"), parent);
    Path begun = Files.createDirectory(parent.resolve("stockade-files-2"), MODE_0700);
    Path others =
        Files.createDirectory(
            parent.resolve("stockade-files-3"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.writeString(others.resolve("lock"), "");
    Path link = Files.createSymbolicLink(parent.resolve("stockade-files-4"), others);
    try (TemporaryFolder first = TemporaryFolder.make(parent)) {
      assertFalse(Files.exists(left));
      assertTrue(Files.exists(elsewhere));
      assertTrue(Files.exists(begun), "without a lock yet: it is being made");
      assertTrue(Files.exists(others), "not as we make them");
      assertTrue(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
      try (TemporaryFolder second = TemporaryFolder.make(parent)) {
        assertTrue(Files.exists(first.path()));
        assertTrue(Files.exists(second.path()));
      }
    }
  }

  /** Another process, since locks are those of a process. */
  @Test
  void temporaryFolderOfALivingProcessStays() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FolderHolder.class.getName(),
                parent.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      Path held = Path.of(holder.inputReader().readLine());
      TemporaryFolder.make(parent).close();
      assertTrue(Files.exists(held.resolve("lock")));
      holder.destroyForcibly().waitFor();
      TemporaryFolder.make(parent).close();
      assertFalse(Files.exists(held));
    } finally {
      holder.destroyForcibly();
    }
  }

  /** Makes a folder, says which, and waits to be killed. */
  static final class FolderHolder {
    private FolderHolder() {}

    public static void main(String[] args) throws Exception {
      System.out.println(TemporaryFolder.make(Path.of(args[0])).path());
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
