package dev.stockade.server.store;

import dev.stockade.server.job.JobState;
import dev.stockade.server.job.JobStore.Retention;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Jobs in a database. Every statement is a transaction of its own, but for those of a claim. */
final class SqlQueue implements JobQueue {
  private static final String FINAL = "('DONE', 'FAILED', 'CANCELLED')";
  private static final String SUMMARY =
      "id, state, verdict, priority, created_at, started_at, finished_at, callback_state,"
          + " callback_attempts, callback_status, submitter, language";

  private final Sql sql;
  private final Dialect dialect;
  private final Retention retention;
  private final long leaseMicros;
  private final InstantSource clock;
  private final boolean shared;
  private final Runnable end;

  /**
   * @param lease how long a claim holds that is not renewed
   * @param shared whether other servers use the database
   * @param end closes what the database is reached by
   */
  SqlQueue(
      Sql sql,
      Dialect dialect,
      Retention retention,
      Duration lease,
      InstantSource clock,
      boolean shared,
      Runnable end) {
    this.sql = sql;
    this.dialect = dialect;
    this.retention = retention;
    this.leaseMicros = lease.toNanos() / 1000;
    this.clock = clock;
    this.shared = shared;
    this.end = end;
  }

  /** Makes everything wait again that a server had that is certain to be dead. */
  void takeOverAll() {
    sql.update(
        "UPDATE job SET state = 'QUEUED', owner = NULL, started_at = NULL,"
            + " takeovers = takeovers + 1 WHERE state = 'RUNNING'");
  }

  @Override
  public Added add(NewJob job, int mostQueued) {
    boolean claimed = job.owner() != null;
    if (insert(List.of(job), mostQueued)) {
      return new Added(Added.Kind.NEW, job.id(), claimed ? 1 : 0);
    }
    return byKey(job).orElseGet(() -> new Added(Added.Kind.FULL, job.id(), 0));
  }

  /** Adds all of the jobs, or none. */
  private boolean insert(List<NewJob> jobs, int mostQueued) {
    return sql.insertAll(
        insertion(),
        jobs.stream().map(job -> valuesOf(job, mostQueued)).toList(),
        session -> {
          if (shared) {
            jobs.forEach(job -> JobFiles.note(session, job));
          }
        });
  }

  private String insertion() {
    return "INSERT INTO job (id, submitter, language, idempotency_key, digest, priority, turn, state,"
        + " request, document, owner, attempt, takeovers, cancel_asked, lease_until,"
        + " created_at, started_at, callback_url, callback_state, callback_attempts, callback_at)"
        + " SELECT ?, ?, CAST(? AS VARCHAR(64)), CAST(? AS VARCHAR(255)), ?, ?,"
        + " CAST(? AS BIGINT), ?, ?, ?, CAST(? AS VARCHAR(64)), ?, 0, 0, "
        + dialect.nowMicros
        + " + CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT),"
        + " CAST(? AS VARCHAR(2048)), CAST(? AS VARCHAR(16)), CAST(? AS INTEGER), 0"
        + " WHERE ? = 1 OR (SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 'QUEUED'"
        + " LIMIT ?) AS waiting) < ? ON CONFLICT DO NOTHING";
  }

  private @Nullable Object[] valuesOf(NewJob job, int mostQueued) {
    boolean claimed = job.owner() != null;
    return new @Nullable Object[] {
      job.id(),
      job.submitter(),
      job.language(),
      job.key(),
      job.digest(),
      job.priority(),
      job.turn(),
      (claimed ? JobState.RUNNING : JobState.QUEUED).name(),
      job.request(),
      job.document(),
      job.owner(),
      claimed ? 1 : 0,
      leaseMicros,
      Micros.of(job.createdAt()),
      Micros.ofNullable(job.startedAt()),
      job.callback(),
      job.callback() == null ? null : CallbackProgress.State.WAITING.name(),
      job.callback() == null ? null : 0,
      claimed ? 1 : 0,
      mostQueued,
      mostQueued
    };
  }

  @Override
  public List<Added> addAll(List<NewJob> jobs, int mostQueued) {
    if (insert(jobs, mostQueued)) {
      return jobs.stream().map(job -> new Added(Added.Kind.NEW, job.id(), 0)).toList();
    }
    List<Added> each =
        jobs.stream()
            .map(job -> byKey(job).orElseGet(() -> new Added(Added.Kind.FULL, job.id(), 0)))
            .toList();
    return Refusals.ofAll(each, jobs);
  }

  private Optional<Added> byKey(NewJob job) {
    if (job.key() == null) {
      return Optional.empty();
    }
    return first(
        sql.query(
            row ->
                new Added(
                    row.getString(2).equals(job.digest()) ? Added.Kind.SAME : Added.Kind.OTHER,
                    row.getString(1),
                    0),
            "SELECT id, digest FROM job WHERE submitter = ? AND idempotency_key = ?",
            job.submitter(),
            job.key()));
  }

  @Override
  public List<Claim> claim(String owner, int atMost) {
    sql.update(
        "UPDATE job SET state = 'QUEUED', owner = NULL, started_at = NULL,"
            + " takeovers = takeovers + 1 WHERE state = 'RUNNING' AND lease_until < "
            + dialect.nowMicros);
    return sql.transaction(
        session ->
            new FairClaim(session, dialect, owner, leaseMicros, Micros.of(clock.instant()))
                .take(atMost));
  }

  @Override
  public Renewal renew(String owner, Collection<Claim> claims) {
    sql.update(
        "UPDATE job SET lease_until = "
            + dialect.nowMicros
            + " + ? WHERE state = 'RUNNING' AND owner = ?",
        leaseMicros,
        owner);
    List<Held> held =
        sql.query(
            row -> new Held(row.getString(1), row.getInt(2), row.getInt(3) == 1),
            "SELECT id, attempt, cancel_asked FROM job WHERE state = 'RUNNING' AND owner = ?",
            owner);
    Map<String, Integer> attempts =
        held.stream().collect(Collectors.toMap(Held::id, Held::attempt));
    return new Renewal(
        held.stream().filter(Held::cancelAsked).map(Held::id).toList(),
        claims.stream()
            .filter(claim -> !Objects.equals(claim.attempt(), attempts.get(claim.id())))
            .toList());
  }

  /** What a server has of a job, as the database knows it. */
  private record Held(String id, int attempt, boolean cancelAsked) {}

  @Override
  public void noteBegun(Claim claim, Instant at) {
    sql.update(
        "UPDATE job SET started_at = ? WHERE id = ? AND attempt = ? AND owner = ?"
            + " AND state = 'RUNNING'",
        Micros.of(at),
        claim.id(),
        claim.attempt(),
        claim.owner());
  }

  @Override
  public boolean finish(Claim claim, Ending ending) {
    int finished =
        sql.update(
            "UPDATE job SET state = ?, verdict = ?, started_at = ?, finished_at = ?, document = ?,"
                + " request = NULL WHERE id = ? AND attempt = ? AND owner = ?"
                + " AND state = 'RUNNING'",
            ending.state().name(),
            ending.verdict(),
            Micros.ofNullable(ending.startedAt()),
            Micros.of(ending.finishedAt()),
            ending.document(),
            claim.id(),
            claim.attempt(),
            claim.owner());
    return finished == 1 || wasFinishedBy(claim);
  }

  /** Whether an earlier try did it, whose answer was lost with the connection. */
  private boolean wasFinishedBy(Claim claim) {
    return !sql.query(
            row -> row.getInt(1),
            "SELECT 1 FROM job WHERE id = ? AND attempt = ? AND owner = ? AND state IN " + FINAL,
            claim.id(),
            claim.attempt(),
            claim.owner())
        .isEmpty();
  }

  @Override
  public void release(Claim claim) {
    sql.update(
        "UPDATE job SET state = 'QUEUED', owner = NULL, started_at = NULL WHERE id = ?"
            + " AND attempt = ? AND owner = ? AND state = 'RUNNING'",
        claim.id(),
        claim.attempt(),
        claim.owner());
  }

  @Override
  public Optional<StoredJob> find(String id) {
    return first(
        sql.query(
            row -> stored(row, row.getBytes(13)),
            "SELECT " + SUMMARY + ", document FROM job WHERE id = ?",
            id));
  }

  @Override
  public List<StoredJob> find(Collection<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    String places = String.join(", ", Collections.nCopies(ids.size(), "?"));
    return sql.query(
        row -> stored(row, null),
        "SELECT " + SUMMARY + " FROM job WHERE id IN (" + places + ")",
        ids.toArray());
  }

  @Override
  public Optional<Cancelled> cancel(String id) {
    int ended =
        sql.update(
            "UPDATE job SET state = 'CANCELLED', finished_at = ?, request = NULL WHERE id = ?"
                + " AND state = 'QUEUED'",
            Micros.of(clock.instant()),
            id);
    if (ended == 0) {
      sql.update("UPDATE job SET cancel_asked = 1 WHERE id = ? AND state = 'RUNNING'", id);
    }
    return first(
        sql.query(
            row -> new Cancelled(JobState.valueOf(row.getString(1)), ended == 1),
            "SELECT state FROM job WHERE id = ?",
            id));
  }

  @Override
  public List<StoredJob> list(JobFilter filter) {
    StringBuilder where = new StringBuilder("1 = 1");
    List<Object> arguments = new ArrayList<>();
    if (filter.state() != null) {
      where.append(conditionOf(filter.state()));
    }
    if (filter.verdict() != null) {
      where.append(" AND verdict = ?");
      arguments.add(filter.verdict());
    }
    if (filter.submitter() != null) {
      where.append(" AND submitter = ?");
      arguments.add(filter.submitter());
    }
    JobFilter.Place after = filter.after();
    if (after != null) {
      where.append(" AND (created_at < ? OR created_at = ? AND id < ?)");
      arguments.add(Micros.of(after.createdAt()));
      arguments.add(Micros.of(after.createdAt()));
      arguments.add(after.id());
    }
    arguments.add(filter.limit());
    return sql.query(
        row -> stored(row, null),
        "SELECT "
            + SUMMARY
            + " FROM job WHERE "
            + where
            + " ORDER BY created_at DESC, id DESC LIMIT ?",
        arguments.toArray());
  }

  /** A job that is claimed and has not begun is shown as one that waits. */
  private static String conditionOf(JobState state) {
    return switch (state) {
      case QUEUED -> " AND (state = 'QUEUED' OR state = 'RUNNING' AND started_at IS NULL)";
      case RUNNING -> " AND state = 'RUNNING' AND started_at IS NOT NULL";
      case DONE, FAILED, CANCELLED -> " AND state = '" + state.name() + "'";
    };
  }

  private static StoredJob stored(ResultSet row, byte @Nullable [] document) throws SQLException {
    JobState state = JobState.valueOf(row.getString(2));
    Instant startedAt = instant(row, 6);
    return new StoredJob(
        row.getString(1),
        row.getString(11),
        row.getString(12),
        state == JobState.RUNNING && startedAt == null ? JobState.QUEUED : state,
        row.getString(3),
        row.getInt(4),
        Micros.instant(row.getLong(5)),
        startedAt,
        instant(row, 7),
        document,
        callback(row));
  }

  private static @Nullable CallbackProgress callback(ResultSet row) throws SQLException {
    String state = row.getString(8);
    if (state == null) {
      return null;
    }
    int attempts = row.getInt(9);
    int status = row.getInt(10);
    return new CallbackProgress(
        CallbackProgress.State.valueOf(state), attempts, row.wasNull() ? null : status);
  }

  @Override
  public List<DueCallback> dueCallbacks(int atMost, Duration retryAfter) {
    return sql.query(
        row -> {
          StoredJob job = stored(row, row.getBytes(13));
          return new DueCallback(job, row.getString(14), row.getInt(9));
        },
        "UPDATE job SET callback_attempts = callback_attempts + 1, callback_at = "
            + dialect.nowMicros
            + " + ? WHERE id IN (SELECT id FROM job WHERE callback_state = 'WAITING'"
            + " AND callback_at <= "
            + dialect.nowMicros
            + " AND state IN "
            + FINAL
            + " ORDER BY callback_at LIMIT ?"
            + dialect.skipLocked
            + ") RETURNING "
            + SUMMARY
            + ", document, callback_url",
        retryAfter.toNanos() / 1000,
        atMost);
  }

  @Override
  public void told(String id, CallbackProgress progress, Duration next) {
    sql.update(
        "UPDATE job SET callback_state = ?, callback_status = CAST(? AS INTEGER), callback_at = "
            + dialect.nowMicros
            + " + ? WHERE id = ? AND callback_attempts = ? AND callback_state = 'WAITING'",
        progress.state().name(),
        progress.lastStatus(),
        next.toNanos() / 1000,
        id,
        progress.attempts());
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    long micros = row.getLong(column);
    return row.wasNull() ? null : Micros.instant(micros);
  }

  @Override
  public <T> List<T> eachUnfinished(Function<Unfinished, T> reader) {
    return sql.query(
        row ->
            reader.apply(
                new Unfinished(
                    row.getString(1),
                    row.getString(2),
                    Micros.instant(row.getLong(3)),
                    row.getBytes(4))),
        "SELECT id, submitter, created_at, request FROM job WHERE state NOT IN " + FINAL);
  }

  @Override
  public int queued() {
    return sql.query(row -> row.getInt(1), "SELECT count(*) FROM job WHERE state = 'QUEUED'")
        .get(0);
  }

  @Override
  public void prune() {
    sql.update(
        "DELETE FROM job WHERE id IN (SELECT id FROM (SELECT id, finished_at,"
            + " row_number() OVER newest AS place, sum(length(document)) OVER newest AS bytes"
            + " FROM job WHERE state IN "
            + FINAL
            + " WINDOW newest AS (ORDER BY finished_at DESC, id DESC)) AS ended"
            + " WHERE place > ? OR bytes > ? OR finished_at <= ?)"
            + " AND (callback_state IS NULL OR callback_state <> 'WAITING')",
        retention.jobs(),
        retention.bytes(),
        Micros.of(clock.instant().minus(retention.age())));
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public boolean isShared() {
    return shared;
  }

  @Override
  public void close() {
    end.run();
  }

  private static <T> Optional<T> first(List<T> values) {
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }
}
