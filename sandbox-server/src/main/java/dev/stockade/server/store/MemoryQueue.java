package dev.stockade.server.store;

import dev.stockade.server.job.JobState;
import dev.stockade.server.job.JobStore.Retention;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Jobs in this process' memory: they end with it. */
public final class MemoryQueue implements JobQueue {
  private static final Comparator<Row> BY_TURN =
      Comparator.comparingLong((Row row) -> row.job.turn()).thenComparing(row -> row.job.id());
  private static final Comparator<Row> OLDEST_END_FIRST =
      Comparator.comparing(Row::finishedAt).thenComparing(row -> row.job.id());

  private final Retention retention;
  private final Duration lease;
  private final InstantSource clock;
  private final Map<String, Row> rows = new HashMap<>();
  private final Map<String, String> idsByKey = new HashMap<>();
  private final Map<String, Share> shares = new HashMap<>();
  private final Map<Share, TreeSet<Row>> waiting = new HashMap<>();
  private final Set<Row> running = new TreeSet<>(BY_TURN);
  private final TreeSet<Row> ended = new TreeSet<>(OLDEST_END_FIRST);
  private long endedBytes;
  private int queued;
  private long claims;

  /** A job that has been added; guarded by the queue. */
  private static final class Row {
    final NewJob job;
    final Share share;
    JobState state = JobState.QUEUED;
    byte[] request;
    byte[] document;
    @Nullable String verdict;
    @Nullable String owner;
    int attempt;
    int takeovers;
    boolean cancelAsked;
    Instant leaseUntil = Instant.EPOCH;
    @Nullable Instant startedAt;
    @Nullable Instant finishedAt;
    @Nullable CallbackProgress callback;
    Instant callbackAt = Instant.EPOCH;

    Row(NewJob job, Share share) {
      this.job = job;
      this.share = share;
      this.request = job.request();
      this.document = job.document();
      this.callback =
          job.callback() == null
              ? null
              : new CallbackProgress(CallbackProgress.State.WAITING, 0, null);
    }

    Instant finishedAt() {
      return finishedAt == null ? Instant.MAX : finishedAt;
    }

    boolean isToTell() {
      return callback != null && callback.state() == CallbackProgress.State.WAITING;
    }

    boolean isOf(Claim claim) {
      return state == JobState.RUNNING && claim.owner().equals(owner) && claim.attempt() == attempt;
    }

    StoredJob stored(boolean withDocument) {
      JobState shown = state == JobState.RUNNING && startedAt == null ? JobState.QUEUED : state;
      return new StoredJob(
          job.id(),
          job.submitter(),
          job.language(),
          shown,
          verdict,
          job.priority(),
          job.createdAt(),
          startedAt,
          finishedAt,
          withDocument ? document : null,
          callback);
    }
  }

  /**
   * @param lease how long a claim holds that is not renewed
   */
  public MemoryQueue(Retention retention, Duration lease, InstantSource clock) {
    this.retention = retention;
    this.lease = lease;
    this.clock = clock;
  }

  @Override
  public synchronized Added add(NewJob job, int mostQueued) {
    String key = job.key() == null ? null : job.submitter() + "\0" + job.key();
    String known = key == null ? null : idsByKey.get(key);
    if (known != null) {
      boolean same = rows.get(known).job.digest().equals(job.digest());
      return new Added(same ? Added.Kind.SAME : Added.Kind.OTHER, known, 0);
    }
    if (job.owner() == null && queued >= mostQueued) {
      return new Added(Added.Kind.FULL, job.id(), 0);
    }
    Row row = new Row(job, shares.computeIfAbsent(job.submitter(), MemoryQueue::newShare));
    rows.put(job.id(), row);
    if (key != null) {
      idsByKey.put(key, job.id());
    }
    if (job.owner() == null) {
      enqueue(row);
    } else {
      take(row, job.owner());
      row.share.addRunning(1);
      row.startedAt = job.startedAt();
    }
    return new Added(Added.Kind.NEW, job.id(), row.attempt);
  }

  @Override
  public synchronized List<Added> addAll(List<NewJob> jobs, int mostQueued) {
    boolean known = jobs.stream().anyMatch(job -> job.key() != null && isKnown(job));
    int room = known ? 0 : mostQueued - queued;
    if (room >= jobs.size()) {
      return jobs.stream().map(job -> add(job, mostQueued)).toList();
    }
    return Refusals.ofAll(jobs.stream().map(job -> add(job, 0)).toList(), jobs);
  }

  private boolean isKnown(NewJob job) {
    return idsByKey.containsKey(job.submitter() + "\0" + job.key());
  }

  private static Share newShare(String submitter) {
    return new Share(submitter, 0, 0, 0);
  }

  private void enqueue(Row row) {
    waiting.computeIfAbsent(row.share, share -> new TreeSet<>(BY_TURN)).add(row);
    row.share.addWaiting(1);
    queued++;
  }

  private void take(Row row, String owner) {
    row.state = JobState.RUNNING;
    row.owner = owner;
    row.attempt++;
    row.leaseUntil = clock.instant().plus(lease);
    running.add(row);
  }

  @Override
  public synchronized List<Claim> claim(String owner, int atMost) {
    takeOver();
    List<Claim> taken = new ArrayList<>();
    while (taken.size() < atMost && queued > 0) {
      Share share = Share.next(shares.values()).orElseThrow();
      Row row = Objects.requireNonNull(waiting.get(share).pollFirst());
      share.serve(++claims);
      queued--;
      take(row, owner);
      row.startedAt = clock.instant();
      taken.add(
          new Claim(
              row.job.id(),
              row.job.submitter(),
              owner,
              row.attempt,
              row.takeovers,
              row.cancelAsked,
              row.request,
              row.job.createdAt()));
    }
    return taken;
  }

  private void takeOver() {
    Instant now = clock.instant();
    for (Row row : List.copyOf(running)) {
      if (row.leaseUntil.isBefore(now)) {
        row.takeovers++;
        giveBack(row);
      }
    }
  }

  private void giveBack(Row row) {
    row.state = JobState.QUEUED;
    row.owner = null;
    row.startedAt = null;
    leave(row);
    enqueue(row);
  }

  @Override
  public synchronized Renewal renew(String owner, Collection<Claim> claims) {
    List<String> cancelAsked = new ArrayList<>();
    for (Row row : running) {
      if (owner.equals(row.owner)) {
        row.leaseUntil = clock.instant().plus(lease);
        if (row.cancelAsked) {
          cancelAsked.add(row.job.id());
        }
      }
    }
    return new Renewal(cancelAsked, claims.stream().filter(claim -> !isNewest(claim)).toList());
  }

  private boolean isNewest(Claim claim) {
    Row row = rows.get(claim.id());
    return row != null && row.isOf(claim);
  }

  @Override
  public synchronized void noteBegun(Claim claim, Instant at) {
    Row row = rows.get(claim.id());
    if (row != null && row.isOf(claim)) {
      row.startedAt = at;
    }
  }

  @Override
  public synchronized boolean finish(Claim claim, Ending ending) {
    Row row = rows.get(claim.id());
    if (row == null || !row.isOf(claim)) {
      return false;
    }
    leave(row);
    row.verdict = ending.verdict();
    row.startedAt = ending.startedAt();
    row.document = ending.document();
    end(row, ending.state(), ending.finishedAt());
    return true;
  }

  private void leave(Row row) {
    running.remove(row);
    row.share.addRunning(-1);
  }

  private void end(Row row, JobState state, Instant at) {
    row.state = state;
    row.finishedAt = at;
    row.request = new byte[0];
    ended.add(row);
    endedBytes += row.document.length;
    prune();
  }

  @Override
  public synchronized void release(Claim claim) {
    Row row = rows.get(claim.id());
    if (row != null && row.isOf(claim)) {
      giveBack(row);
    }
  }

  @Override
  public synchronized Optional<StoredJob> find(String id) {
    prune();
    return Optional.ofNullable(rows.get(id)).map(row -> row.stored(true));
  }

  @Override
  public synchronized List<StoredJob> find(Collection<String> ids) {
    prune();
    return ids.stream().filter(rows::containsKey).map(id -> rows.get(id).stored(false)).toList();
  }

  @Override
  public synchronized Optional<Cancelled> cancel(String id) {
    Row row = rows.get(id);
    if (row == null) {
      return Optional.empty();
    }
    boolean waited = row.state == JobState.QUEUED;
    if (waited) {
      waiting.get(row.share).remove(row);
      row.share.addWaiting(-1);
      queued--;
      end(row, JobState.CANCELLED, clock.instant());
    } else if (row.state == JobState.RUNNING) {
      row.cancelAsked = true;
    }
    return Optional.of(new Cancelled(row.state, waited));
  }

  @Override
  public synchronized List<StoredJob> list(JobFilter filter) {
    prune();
    return filter.page(rows.values().stream().map(row -> row.stored(false)));
  }

  @Override
  public synchronized <T> List<T> eachUnfinished(Function<Unfinished, T> reader) {
    return rows.values().stream()
        .filter(row -> !row.state.isFinal())
        .map(
            row ->
                new Unfinished(row.job.id(), row.job.submitter(), row.job.createdAt(), row.request))
        .map(reader)
        .toList();
  }

  @Override
  public synchronized List<DueCallback> dueCallbacks(int atMost, Duration retryAfter) {
    Instant now = clock.instant();
    List<DueCallback> due = new ArrayList<>();
    for (Row row : ended) {
      CallbackProgress progress = row.callback;
      String url = row.job.callback();
      if (due.size() < atMost
          && progress != null
          && url != null
          && row.isToTell()
          && !row.callbackAt.isAfter(now)) {
        int attempt = progress.attempts() + 1;
        row.callback = new CallbackProgress(progress.state(), attempt, progress.lastStatus());
        row.callbackAt = now.plus(retryAfter);
        due.add(new DueCallback(row.stored(true), url, attempt));
      }
    }
    return due;
  }

  @Override
  public synchronized void told(String id, CallbackProgress progress, Duration next) {
    Row row = rows.get(id);
    CallbackProgress before = row == null ? null : row.callback;
    if (row != null
        && before != null
        && row.isToTell()
        && before.attempts() == progress.attempts()) {
      row.callback = progress;
      row.callbackAt = clock.instant().plus(next);
    }
  }

  @Override
  public synchronized int queued() {
    return queued;
  }

  @Override
  public synchronized void prune() {
    Instant oldest = clock.instant().minus(retention.age());
    int toTell = 0;
    long bytesToTell = 0;
    for (Iterator<Row> each = ended.iterator(); each.hasNext(); ) {
      Row row = each.next();
      if (ended.size() - toTell <= retention.jobs()
          && endedBytes - bytesToTell <= retention.bytes()
          && row.finishedAt().isAfter(oldest)) {
        return;
      }
      if (row.isToTell()) {
        toTell++;
        bytesToTell += row.document.length;
        continue;
      }
      each.remove();
      endedBytes -= row.document.length;
      rows.remove(row.job.id());
      if (row.job.key() != null) {
        idsByKey.remove(row.job.submitter() + "\0" + row.job.key());
      }
    }
  }

  @Override
  public boolean isDurable() {
    return false;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public void close() {}
}
