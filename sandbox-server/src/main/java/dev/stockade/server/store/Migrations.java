package dev.stockade.server.store;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings a database's tables up to those that this version of the server knows. */
final class Migrations {
  private Migrations() {}

  /** Runs what has not been run yet. Several servers may do so at once. */
  static void run(DataSource source, Dialect dialect, String name) {
    try {
      Flyway.configure()
          .dataSource(source)
          .locations(dialect.migrations())
          .table("stockade_schema")
          .placeholders(Map.of("blob", dialect.blob))
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StoreRefusedException(
          name + " cannot be brought to this version's tables: " + e.getMessage(), e);
    }
  }
}
