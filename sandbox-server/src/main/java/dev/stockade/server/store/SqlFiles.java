package dev.stockade.server.store;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.server.files.FileLimits;
import dev.stockade.server.files.FileOrigin;
import dev.stockade.server.files.FileStore.Deleted;
import dev.stockade.server.files.LocalFiles;
import dev.stockade.server.files.Storer;
import dev.stockade.server.job.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Files in a PostgreSQL, in chunks. A file and its chunks come in one transaction, so there is all
 * of it or nothing. All times are by the database's clock.
 *
 * <p>Who adds a job takes a lock on its files' rows that who removes them wants alone (see {@link
 * JobFiles}): whichever is first, the other sees it.
 */
final class SqlFiles implements FileOrigin {
  static final int CHUNK_BYTES = 256 * 1024;

  /** Files that are stored at one time: each has a connection until it is whole. */
  static final int MOST_ADDED = 3;

  /** Key of the lock under which room is taken, pg_advisory_xact_lock(bigint). */
  private static final long ROOM_LOCK = 0x73746f636b616465L;

  /** How old a note of a use may be before it is written anew. */
  private static final Duration OLD_NOTE = Duration.ofSeconds(10);

  /** Files removed by one sweep. */
  private static final int MOST_REMOVED = 1000;

  private static final String NOW = Dialect.POSTGRESQL.nowMicros;
  private static final String ANY = "sha256 = ANY(string_to_array(?, ','))";

  private final Sql sql;
  private final FileLimits limits;
  private final Runnable end;
  private final Semaphore adding = new Semaphore(MOST_ADDED, true);

  /**
   * @param end closes what the database is reached by
   */
  SqlFiles(Sql sql, FileLimits limits, Runnable end) {
    this.sql = sql;
    this.limits = limits;
    this.end = end;
  }

  private record Place(long content, long bytes) {}

  private static long micros(Duration time) {
    return time.toNanos() / 1000;
  }

  /**
   * Notes a use of files; who has one of them locked is not waited for, so nobody waits in a ring.
   */
  private void note(String condition, Object... arguments) {
    sql.update(
        "UPDATE file SET used_at = "
            + NOW
            + " WHERE sha256 IN (SELECT sha256 FROM file WHERE used_at < "
            + NOW
            + " - "
            + micros(OLD_NOTE)
            + " AND "
            + condition
            + " FOR NO KEY UPDATE SKIP LOCKED)",
        arguments);
  }

  @Override
  public Map<String, Long> use(Set<String> sha256s) {
    String list = String.join(",", sha256s);
    note(ANY, list);
    Map<String, Long> found = new HashMap<>();
    sql.query(
            row -> Map.entry(row.getString(1), row.getLong(2)),
            "SELECT sha256, bytes FROM file WHERE " + ANY,
            list)
        .forEach(file -> found.put(file.getKey(), file.getValue()));
    return found;
  }

  @Override
  public Set<String> present(Set<String> sha256s) {
    return new HashSet<>(
        sql.query(
            row -> row.getString(1),
            "SELECT sha256 FROM file WHERE " + ANY,
            String.join(",", sha256s)));
  }

  private static final String SUMS =
      "SELECT coalesce(sum(bytes), 0), coalesce(sum(bytes) FILTER (WHERE storer = ?), 0) FROM file";

  private record Sums(long all, long own) {}

  @Override
  public void requireRoom(Storer storer, long bytes) {
    requireRoom(
        sql.query(row -> new Sums(row.getLong(1), row.getLong(2)), SUMS, storer.name()).get(0),
        storer,
        bytes);
  }

  private void requireRoom(Sums sums, Storer storer, long bytes) {
    storer.requireRoom(sums.own() + bytes);
    if (sums.all() + bytes > limits.total().bytes()) {
      throw LocalFiles.full(limits);
    }
  }

  @Override
  public boolean add(StoredFile file, Storer storer) {
    adding.acquireUninterruptibly();
    try {
      return addInTurn(file, storer);
    } finally {
      adding.release();
    }
  }

  private boolean addInTurn(StoredFile file, Storer storer) {
    return sql.transaction(
        session -> {
          if (isThere(session, file)) {
            return false;
          }
          long content =
              session.query(row -> row.getLong(1), "SELECT nextval('file_content')").get(0);
          addChunks(session, content, file);
          session.query(row -> "", "SELECT pg_advisory_xact_lock(?)", ROOM_LOCK);
          if (isThere(session, file)) {
            session.update("DELETE FROM file_chunk WHERE content = ?", content);
            return false;
          }
          Sums sums =
              session
                  .query(row -> new Sums(row.getLong(1), row.getLong(2)), SUMS, storer.name())
                  .get(0);
          requireRoom(sums, storer, file.bytes());
          session.update(
              "INSERT INTO file (sha256, content, bytes, storer, used_at) VALUES (?, ?, ?, ?, "
                  + NOW
                  + ")",
              file.sha256(),
              content,
              file.bytes(),
              storer.name());
          return true;
        });
  }

  private static boolean isThere(Sql.Session session, StoredFile file) {
    return session.update("UPDATE file SET used_at = " + NOW + " WHERE sha256 = ?", file.sha256())
        == 1;
  }

  private static void addChunks(Sql.Session session, long content, StoredFile file) {
    try (InputStream in = Files.newInputStream(file.path())) {
      int number = 0;
      for (byte[] chunk = in.readNBytes(CHUNK_BYTES);
          chunk.length > 0;
          chunk = in.readNBytes(CHUNK_BYTES)) {
        session.update(
            "INSERT INTO file_chunk (content, number, bytes) VALUES (?, ?, ?)",
            content,
            number,
            chunk);
        number++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a copy of a stored file cannot be read", e);
    }
  }

  @Override
  public boolean read(String sha256, Consumer<byte[]> pieces) {
    List<Place> found = places(sha256);
    if (found.isEmpty()) {
      return false;
    }
    long left = found.get(0).bytes();
    for (int number = 0; left > 0; number++) {
      List<byte[]> chunk =
          sql.query(
              row -> row.getBytes(1),
              "SELECT bytes FROM file_chunk WHERE content = ? AND number = ?",
              found.get(0).content(),
              number);
      if (chunk.isEmpty() || chunk.get(0).length == 0) {
        if (places(sha256).equals(found)) {
          throw new SandboxException(
              "the stored file " + sha256 + " is not whole where it is kept");
        }
        return false;
      }
      pieces.accept(chunk.get(0));
      left -= chunk.get(0).length;
    }
    return true;
  }

  private List<Place> places(String sha256) {
    return sql.query(
        row -> new Place(row.getLong(1), row.getLong(2)),
        "SELECT content, bytes FROM file WHERE sha256 = ?",
        sha256);
  }

  @Override
  public Deleted delete(String sha256) {
    return sql.transaction(session -> remove(session, sha256, 0));
  }

  /**
   * Removes a file.
   *
   * @param unusedMicros unless it was used since
   */
  private static Deleted remove(Sql.Session session, String sha256, long unusedMicros) {
    boolean isLocked =
        !session
            .query(
                row -> "",
                "SELECT 1 FROM file WHERE sha256 = ? AND used_at <= " + NOW + " - ? FOR UPDATE",
                sha256,
                unusedMicros)
            .isEmpty();
    if (!isLocked) {
      return Deleted.ABSENT;
    }
    // a statement of its own, which sees what was done before the lock was had
    if (!session.query(row -> "", JobFiles.NEEDED + " AND sha256 = ? LIMIT 1", sha256).isEmpty()) {
      return Deleted.HELD;
    }
    session.update("DELETE FROM file WHERE sha256 = ?", sha256);
    return Deleted.GONE;
  }

  /** What unfinished jobs need is in use all the time. */
  @Override
  public void sweep() {
    note("sha256 IN (" + JobFiles.NEEDED + ")");
    long keep = micros(limits.keep());
    List<String> old =
        sql.query(
            row -> row.getString(1),
            "SELECT sha256 FROM file WHERE used_at <= " + NOW + " - ? ORDER BY used_at LIMIT ?",
            keep,
            MOST_REMOVED);
    for (String sha256 : old) {
      var unused = sql.transaction(session -> remove(session, sha256, keep));
    }
  }

  @Override
  public void close() {
    end.run();
  }
}
