package dev.stockade.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.server.job.JobStore.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL, started here; each test has a database of its own in it. */
final class PostgresqlQueueIT extends JobQueueContract {
  @TempDir private static Path folder;
  private static OwnPostgresql postgres;

  @BeforeAll
  static void start() throws IOException {
    postgres = OwnPostgresql.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @Override
  JobQueue open(Retention retention, Duration lease) {
    return Stores.inPostgresql(postgres.newDatabase(), lease, retention);
  }

  @Test
  void twoServersSeeTheSameJobs() {
    String url = postgres.newDatabase();
    Retention retention = new Retention(9, Duration.ofHours(1), 1000);
    try (JobQueue one = Stores.inPostgresql(url, Duration.ofHours(1), retention);
        JobQueue two = Stores.inPostgresql(url, Duration.ofHours(1), retention)) {
      one.add(job("a", 0, 0), 9);
      assertEquals("a", two.claim("two", 1).get(0).id());
      assertEquals(0, one.queued());
    }
  }

  @Test
  void whatIsNoUrlIsRefused() {
    Retention retention = new Retention(9, Duration.ofHours(1), 1000);
    StoreRefusedException refused =
        assertThrows(
            StoreRefusedException.class,
            () -> Stores.inPostgresql("mysql://x", folder).open(retention));
    assertEquals(
        "--database is a URL such as jdbc:postgresql://HOST/DATABASE?user=NAME",
        refused.getMessage());
  }
}
