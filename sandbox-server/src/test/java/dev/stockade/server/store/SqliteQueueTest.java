package dev.stockade.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.JobState;
import dev.stockade.server.job.JobStore.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteQueueTest extends JobQueueContract {
  private static final Retention AMPLE = new Retention(1000, Duration.ofHours(1), 1 << 20);

  @TempDir private Path parent;

  private Path data() {
    return parent.resolve("data");
  }

  private JobQueue open() {
    return open(AMPLE, Duration.ofHours(1));
  }

  @Override
  JobQueue open(Retention retention, Duration lease) {
    return Stores.inFolder(data(), lease, retention);
  }

  @Test
  void jobsOutliveTheQueueAndTheirServerIsKnownToBeDead() {
    try (JobQueue queue = open()) {
      queue.add(job("running", 0, 0), 9);
      queue.add(job("waiting", 1, 0), 9);
      queue.claim("first server", 1);
    }
    try (JobQueue queue = open()) {
      assertEquals(2, queue.queued());
      List<Claim> claims = queue.claim("second server", 2);
      assertEquals(List.of("running", "waiting"), claims.stream().map(Claim::id).toList());
      assertEquals(List.of(1, 0), claims.stream().map(Claim::takeovers).toList());
      assertArrayEquals("request of running".getBytes(UTF_8), claims.get(0).request());
      assertEquals(JobState.RUNNING, queue.find("running").map(StoredJob::state).orElseThrow());
    }
  }

  @Test
  void folderHasOneServer() {
    JobQueue first = open();
    StoreRefusedException refused = assertThrows(StoreRefusedException.class, this::open);
    assertEquals(
        "another server uses the data folder "
            + data()
            + "; end that one, or give this one its own with --data DIR, or keep nothing with --data"
            + " none; servers that share their jobs need --database",
        refused.getMessage());
    first.close();
    open().close();
  }

  @Test
  void nobodyElseCanReadWhatIsThere() throws IOException {
    try (JobQueue queue = open()) {
      queue.add(job("a", 0, 0), 9);
      Map<String, String> modes = new TreeMap<>();
      try (Stream<Path> paths = Files.list(data())) {
        for (Path path : paths.toList()) {
          modes.put(
              path.getFileName().toString(),
              PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
      }
      modes.remove("native"); // there in the process that has loaded the driver
      assertEquals(
          Map.of(
              "jobs.db", "rw-------",
              "jobs.db-shm", "rw-------",
              "jobs.db-wal", "rw-------",
              "lock", "rw-------"),
          modes);
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data())));
    }
  }

  @Test
  void folderThatOthersCanReadIsRefused() throws IOException {
    Files.createDirectory(data());
    Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwxr-x---"));
    StoreRefusedException refused = assertThrows(StoreRefusedException.class, this::open);
    assertTrue(
        String.valueOf(refused.getMessage()).contains("mode rwxr-x---"), refused.getMessage());
  }

  @Test
  void whatIsNoDatabaseIsRefused() throws IOException {
    Files.createDirectory(
        data(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(data().resolve("jobs.db"), "no database, but longer than a header is");
    StoreRefusedException refused = assertThrows(StoreRefusedException.class, this::open);
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("the data folder cannot be opened: "),
        refused.getMessage());
    StoreRefusedException again = assertThrows(StoreRefusedException.class, this::open);
    assertEquals(refused.getMessage(), again.getMessage(), "the lock was given back");
  }

  @Test
  void tenThousandJobsAreSharedAndClaimsSayHowLongTheyTook() {
    try (JobQueue queue = open()) {
      for (String submitter : List.of("a", "b", "c")) {
        List<NewJob> jobs =
            IntStream.range(0, submitter.equals("a") ? 9_000 : 500)
                .mapToObj(i -> jobOf(submitter, submitter + i, i, 0))
                .toList();
        queue.addAll(jobs, Integer.MAX_VALUE);
      }
      List<Long> micros = new ArrayList<>();
      Map<String, Integer> served = new TreeMap<>();
      for (int i = 0; i < 300; i++) {
        long begin = System.nanoTime();
        Claim claim = queue.claim("server", 1).get(0);
        micros.add((System.nanoTime() - begin) / 1000);
        served.merge(claim.id().substring(0, 1), 1, Integer::sum);
      }
      assertEquals(Map.of("a", 100, "b", 100, "c", 100), served);
      Collections.sort(micros);
      System.out.printf(
          "claim among 10,000 jobs of 3 submitters: p50 %d us, p99 %d us%n",
          micros.get(150), micros.get(297));
    }
  }
}
