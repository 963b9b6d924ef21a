package dev.stockade.server.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A real PostgreSQL of the test's own, which can be stopped and started again. */
public final class OwnPostgresql implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path data;
  private final AtomicInteger databases = new AtomicInteger();
  private EmbeddedPostgres postgres;

  private OwnPostgresql(Path data, EmbeddedPostgres postgres) {
    this.data = data;
    this.postgres = postgres;
  }

  /**
   * Starts it.
   *
   * @param data an empty folder
   */
  public static OwnPostgresql start(Path data) throws IOException {
    return new OwnPostgresql(data, builder(data).start());
  }

  private static EmbeddedPostgres.Builder builder(Path data) {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data.resolve("postgresql"))
        .setPGStartupWait(PATIENCE)
        .setCleanDataDirectory(false);
  }

  /** Makes an empty database; returns its URL. */
  public String newDatabase() {
    String name = "jobs" + databases.incrementAndGet();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return postgres.getJdbcUrl("postgres", name);
  }

  /** Ends it, with all connections. */
  public void stop() throws IOException {
    close();
  }

  /** Starts it with what it had, on the port that it had. */
  public void startAgain() throws IOException {
    postgres = builder(data).setPort(postgres.getPort()).start();
  }

  /** Returns when it has ended, for which the library waits five seconds only. */
  @Override
  public void close() throws IOException {
    postgres.close();
    Path pid = data.resolve("postgresql/postmaster.pid");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (Files.exists(pid)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("PostgreSQL goes on in " + data);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }
}
