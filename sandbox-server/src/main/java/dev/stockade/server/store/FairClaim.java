package dev.stockade.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One claim in a database, in one transaction: reads the {@linkplain Share shares}, then takes of
 * each submitter as many jobs as are its due. Waits for no other server: jobs that one is taking
 * are passed over, and what it has not committed yet is not counted.
 */
final class FairClaim {
  /** Goes from one submitter with waiting jobs to the next by the index, however many jobs wait. */
  private static final String WAITING =
      "WITH RECURSIVE waiting (name) AS (SELECT min(submitter) FROM job WHERE state = 'QUEUED'"
          + " UNION ALL SELECT (SELECT min(submitter) FROM job WHERE state = 'QUEUED'"
          + " AND submitter > waiting.name) FROM waiting WHERE waiting.name IS NOT NULL)"
          + " SELECT waiting.name, (SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 'QUEUED'"
          + " AND submitter = waiting.name LIMIT ?) AS few),"
          + " (SELECT count(*) FROM job WHERE state = 'RUNNING' AND submitter = waiting.name),"
          + " submitter.served, (SELECT max(served) FROM submitter)"
          + " FROM waiting LEFT JOIN submitter ON submitter.name = waiting.name"
          + " WHERE waiting.name IS NOT NULL";

  private final Sql.Session sql;
  private final Dialect dialect;
  private final String owner;
  private final long leaseMicros;
  private final long startedAtMicros;
  private final Set<String> exhausted = new HashSet<>();
  private final Set<String> neverServed = new HashSet<>();
  private final Map<String, Long> served = new TreeMap<>();
  private long serial;

  FairClaim(
      Sql.Session sql, Dialect dialect, String owner, long leaseMicros, long startedAtMicros) {
    this.sql = sql;
    this.dialect = dialect;
    this.owner = owner;
    this.leaseMicros = leaseMicros;
    this.startedAtMicros = startedAtMicros;
  }

  /** Takes jobs, in the order in which they are due. */
  List<Claim> take(int atMost) {
    List<Claim> claims = new ArrayList<>();
    int cameShort;
    do {
      cameShort = exhausted.size();
      claims.addAll(takeEach(turns(atMost - claims.size())));
      // Another server has taken what was there a moment ago: then jobs of others, if there are
      // any.
    } while (claims.size() < atMost && exhausted.size() > cameShort);
    served.forEach(this::remember);
    return claims;
  }

  /** Submitters in the order in which each gets a job. */
  private List<String> turns(int atMost) {
    List<Share> shares = new ArrayList<>(sql.query(this::share, WAITING, atMost));
    shares.removeIf(share -> exhausted.contains(share.submitter()));
    List<String> turns = new ArrayList<>();
    Optional<Share> next = Share.next(shares);
    while (turns.size() < atMost && next.isPresent()) {
      Share share = next.get();
      turns.add(share.submitter());
      share.serve(serial + turns.size());
      next = Share.next(shares);
    }
    return turns;
  }

  private Share share(ResultSet row) throws SQLException {
    String name = row.getString(1);
    serial = Math.max(serial, row.getLong(5));
    long servedAt = row.getLong(4);
    if (row.wasNull()) {
      neverServed.add(name);
    }
    return new Share(
        name, row.getInt(2), row.getInt(3), Math.max(servedAt, served.getOrDefault(name, 0L)));
  }

  private List<Claim> takeEach(List<String> turns) {
    Map<String, Integer> due = new LinkedHashMap<>();
    turns.forEach(name -> due.merge(name, 1, Integer::sum));
    Map<String, Deque<Claim>> taken = new HashMap<>();
    due.forEach(
        (name, jobs) -> {
          Deque<Claim> claims = takeOf(name, jobs);
          if (claims.size() < jobs) {
            exhausted.add(name);
          }
          taken.put(name, claims);
        });
    List<Claim> claims = new ArrayList<>();
    for (String name : turns) {
      Claim claim = taken.get(name).poll();
      if (claim != null) {
        claims.add(claim);
        served.put(name, ++serial);
      }
    }
    return claims;
  }

  private Deque<Claim> takeOf(String submitter, int jobs) {
    record Turn(long at, Claim claim) {}
    List<Turn> turns =
        new ArrayList<>(
            sql.query(
                row ->
                    new Turn(
                        row.getLong(7),
                        new Claim(
                            row.getString(1),
                            submitter,
                            owner,
                            row.getInt(2),
                            row.getInt(3),
                            row.getInt(4) == 1,
                            row.getBytes(5),
                            Micros.instant(row.getLong(6)))),
                "UPDATE job SET state = 'RUNNING', owner = ?, attempt = attempt + 1, lease_until = "
                    + dialect.nowMicros
                    + " + ?, started_at = ? WHERE id IN (SELECT id FROM job WHERE state = 'QUEUED'"
                    + " AND submitter = ? ORDER BY turn, id LIMIT ?"
                    + dialect.skipLocked
                    + ") RETURNING id, attempt, takeovers, cancel_asked, request, created_at, turn",
                owner,
                leaseMicros,
                startedAtMicros,
                submitter,
                jobs));
    turns.sort(Comparator.comparingLong(Turn::at).thenComparing(turn -> turn.claim().id()));
    return new ArrayDeque<>(turns.stream().map(Turn::claim).toList());
  }

  private void remember(String submitter, long at) {
    if (neverServed.contains(submitter)) {
      sql.update(
          "INSERT INTO submitter (name, served) VALUES (?, ?) ON CONFLICT DO NOTHING",
          submitter,
          at);
    } else {
      sql.update(
          "UPDATE submitter SET served = ? WHERE name IN (SELECT name FROM submitter"
              + " WHERE name = ?"
              + dialect.skipLocked
              + ")",
          at,
          submitter);
    }
  }
}
