package dev.stockade.server.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL of the test's own. */
public final class OwnPostgresql implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final AtomicInteger databases = new AtomicInteger();

  private OwnPostgresql(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  public static OwnPostgresql start() throws IOException {
    return new OwnPostgresql(EmbeddedPostgres.builder().start());
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

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
