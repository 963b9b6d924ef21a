package dev.stockade.server.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL of the test's own, which can be stopped and started again. */
public final class OwnPostgresql implements AutoCloseable {
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
    postgres.close();
  }

  /** Starts it with what it had, on the port that it had. */
  public void startAgain() throws IOException {
    postgres = builder(data).setPort(postgres.getPort()).start();
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
