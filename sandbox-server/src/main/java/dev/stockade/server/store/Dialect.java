package dev.stockade.server.store;

/** What SQLite and PostgreSQL say differently. */
enum Dialect {
  SQLITE("BLOB", "CAST(unixepoch('subsec') * 1000000 AS INTEGER)", ""),
  POSTGRESQL(
      "BYTEA",
      "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
      " FOR UPDATE SKIP LOCKED");

  /** Type of a column of bytes. */
  final String blob;

  /** Now, by the database's clock, in microseconds since 1970: servers' clocks differ. */
  final String nowMicros;

  /** Passes over rows that another server is taking. */
  final String skipLocked;

  Dialect(String blob, String nowMicros, String skipLocked) {
    this.blob = blob;
    this.nowMicros = nowMicros;
    this.skipLocked = skipLocked;
  }

  /** Where the migrations are. */
  String[] migrations() {
    return switch (this) {
      case SQLITE -> new String[] {"classpath:db/jobs"};
      case POSTGRESQL -> new String[] {"classpath:db/jobs", "classpath:db/files"};
    };
  }
}
