package dev.stockade.server.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.files.FileLimits;
import dev.stockade.server.files.FileOrigin;
import dev.stockade.server.files.FileRefusedException;
import dev.stockade.server.files.FileStore.Deleted;
import dev.stockade.server.files.Storer;
import dev.stockade.server.job.FilesGoneException;
import dev.stockade.server.job.StoredFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files in a real PostgreSQL, as two servers see them. */
@Timeout(300)
final class SqlFilesIT {
  private static final Storer NOBODY = Storer.unlimited("");
  private static final FileLimits LIMITS =
      new FileLimits(ByteSize.ofMebibytes(1), ByteSize.ofMebibytes(2), Duration.ofHours(1));

  @TempDir private static Path folder;
  private static OwnPostgresql postgres;

  private String url;
  private JobQueue queue;
  private FileOrigin one;
  private FileOrigin two;

  @BeforeAll
  static void start() throws IOException {
    postgres = OwnPostgresql.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void open() {
    url = postgres.newDatabase();
    queue = Stores.inPostgresql(url, Duration.ofHours(1), JobQueueFixture.AMPLE);
    one = Stores.filesInPostgresql(url, LIMITS);
    two = Stores.filesInPostgresql(url, LIMITS);
  }

  @AfterEach
  void close() {
    two.close();
    one.close();
    queue.close();
  }

  private static StoredFile random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    try {
      String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      Path path = folder.resolve(sha256);
      Files.write(path, bytes);
      return new StoredFile(sha256, path, length);
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Optional<byte[]> read(FileOrigin files, StoredFile file) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    return files.read(file.sha256(), read::writeBytes)
        ? Optional.of(read.toByteArray())
        : Optional.empty();
  }

  private int sql(String statement) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement made = connection.createStatement()) {
      return made.executeUpdate(statement);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static NewJob jobWith(String id, StoredFile... files) {
    NewJob plain = JobQueueFixture.job(id, 0, 0);
    return new NewJob(
        id,
        plain.request(),
        plain.document(),
        "d",
        0,
        "",
        null,
        null,
        null,
        plain.createdAt(),
        null,
        null,
        Set.of(Arrays.stream(files).map(StoredFile::sha256).toArray(String[]::new)));
  }

  @Test
  void fileOfAnyLengthIsReadByTheOtherServerAsItWas() throws IOException {
    int chunk = SqlFiles.CHUNK_BYTES;
    for (int length : new int[] {0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk + 7}) {
      StoredFile file = random(length, length);
      assertTrue(one.add(file, NOBODY));
      assertFalse(two.add(file, NOBODY), "it is there already");
      assertEquals(Map.of(file.sha256(), (long) length), two.use(Set.of(file.sha256(), "x")));
      assertArrayEquals(Files.readAllBytes(file.path()), read(two, file).orElseThrow());
    }
  }

  @Test
  void deletedFileIsGoneForBothWithItsChunks() {
    StoredFile file = random(1, 1000);
    one.add(file, NOBODY);
    assertEquals(Deleted.GONE, two.delete(file.sha256()));
    assertEquals(Deleted.ABSENT, one.delete(file.sha256()));
    assertEquals(Set.of(), one.present(Set.of(file.sha256())));
    assertEquals(Optional.empty(), read(one, file));
    assertEquals(0, sql("DELETE FROM file_chunk"));
  }

  @Test
  void fileWithoutAChunkIsAFault() {
    StoredFile file = random(1, 3 * SqlFiles.CHUNK_BYTES);
    one.add(file, NOBODY);
    assertEquals(1, sql("DELETE FROM file_chunk WHERE number = 1"));
    SandboxException fault = assertThrows(SandboxException.class, () -> read(two, file));
    assertEquals(
        "the stored file " + file.sha256() + " is not whole where it is kept", fault.getMessage());
  }

  @Test
  void allServersTogetherStoreNoMoreThanTheBound() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      CountDownLatch begin = new CountDownLatch(1);
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        StoredFile file = random(i, 500_000);
        FileOrigin server = i % 2 == 0 ? one : two;
        all.add(
            threads.submit(
                () -> {
                  begin.await();
                  try {
                    return server.add(file, NOBODY);
                  } catch (FileRefusedException full) {
                    assertEquals(FileRefusedException.Reason.FULL, full.reason());
                    return false;
                  }
                }));
      }
      begin.countDown();
      int stored = 0;
      for (Future<Boolean> each : all) {
        stored += each.get() ? 1 : 0;
      }
      assertEquals(4, stored, "of half a megabyte each, in two mebibytes");
    } finally {
      threads.shutdown();
    }
    assertEquals(0, sql("DELETE FROM file_chunk WHERE content NOT IN (SELECT content FROM file)"));
    assertThrows(FileRefusedException.class, () -> one.requireRoom(NOBODY, 500_000));
    one.requireRoom(NOBODY, 50_000);
  }

  @Test
  void whoStoresHasABoundOfItsOwnOnAllServers() {
    Storer small = new Storer("small", ByteSize.ofBytes(1500));
    one.add(random(1, 1000), small);
    assertThrows(FileRefusedException.class, () -> two.add(random(2, 501), small));
    assertThrows(FileRefusedException.class, () -> two.requireRoom(small, 501));
    assertTrue(two.add(random(3, 501), NOBODY));
    assertTrue(two.add(random(4, 500), small));
  }

  @Test
  void fileThatAnUnfinishedJobNeedsStaysWhateverItsTime() {
    StoredFile file = random(1, 1000);
    one.add(file, NOBODY);
    queue.add(jobWith("a", file), 9);
    sql("UPDATE file SET used_at = 0");
    two.sweep();
    assertEquals(Set.of(file.sha256()), one.present(Set.of(file.sha256())));
    assertEquals(Deleted.HELD, two.delete(file.sha256()));
    Claim claim = queue.claim("me", 1).get(0);
    assertEquals(Deleted.HELD, two.delete(file.sha256()));
    assertTrue(queue.finish(claim, JobQueueFixture.done("end", 1)));
    two.sweep();
    assertEquals(
        Set.of(file.sha256()), one.present(Set.of(file.sha256())), "it was in use until now");
    sql("UPDATE file SET used_at = 0");
    two.sweep();
    assertEquals(Set.of(), one.present(Set.of(file.sha256())));
  }

  @Test
  void useStartsTheTimeOfAFileAnew() {
    StoredFile used = random(1, 1000);
    StoredFile unused = random(2, 1000);
    one.add(used, NOBODY);
    one.add(unused, NOBODY);
    sql("UPDATE file SET used_at = 0");
    one.use(Set.of(used.sha256()));
    two.sweep();
    assertEquals(Set.of(used.sha256()), one.present(Set.of(used.sha256(), unused.sha256())));
  }

  @Test
  void jobWhoseFileIsGoneIsNotAdded() {
    StoredFile there = random(1, 1000);
    StoredFile gone = random(2, 1000);
    one.add(there, NOBODY);
    assertThrows(FilesGoneException.class, () -> queue.add(jobWith("a", there, gone), 9));
    assertThrows(
        FilesGoneException.class,
        () -> queue.addAll(List.of(jobWith("b", there), jobWith("c", gone)), 9));
    assertEquals(0, queue.queued());
    assertEquals(Deleted.GONE, one.delete(there.sha256()));
  }

  /** Either the job is refused or the file stays: never a job without its file. */
  @Test
  void jobsAndDeletionsAtOnceLeaveNoJobWithoutItsFile() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int i = 0; i < 30; i++) {
        StoredFile file = random(100 + i, 10);
        String id = "job" + i;
        one.add(file, NOBODY);
        CountDownLatch begin = new CountDownLatch(1);
        Future<Boolean> added =
            threads.submit(
                () -> {
                  begin.await();
                  try {
                    return queue.add(jobWith(id, file), 99).kind() == Added.Kind.NEW;
                  } catch (FilesGoneException gone) {
                    return false;
                  }
                });
        Future<Deleted> deleted =
            threads.submit(
                () -> {
                  begin.await();
                  return two.delete(file.sha256());
                });
        begin.countDown();
        assertEquals(added.get() ? Deleted.HELD : Deleted.GONE, deleted.get(), id);
      }
    } finally {
      threads.shutdown();
    }
  }

  /** The connection of a server that is killed while it stores is closed by the kernel. */
  @Test
  void fileWhoseConnectionBreaksLeavesNothing() throws SQLException {
    StoredFile file = random(1, 1000);
    try (Connection killed = DriverManager.getConnection(url)) {
      killed.setAutoCommit(false);
      try (Statement half = killed.createStatement()) {
        half.executeUpdate("INSERT INTO file_chunk VALUES (nextval('file_content'), 0, 'half')");
      }
    }
    assertEquals(Set.of(), one.present(Set.of(file.sha256())));
    assertEquals(0, sql("DELETE FROM file_chunk"));
    assertTrue(one.add(file, NOBODY));
  }
}
