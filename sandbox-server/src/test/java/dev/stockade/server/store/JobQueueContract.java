package dev.stockade.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.JobState;
import dev.stockade.server.job.JobStore.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link JobQueue} promises. */
@Timeout(300)
abstract class JobQueueContract extends JobTurnsContract {
  @Test
  void unfinishedJobsAreReadWithTheirRequests() {
    JobQueue queue = queue();
    add(queue, job("ended", 0, 0));
    add(queue, job("running", 1, 0));
    add(queue, job("waiting", 2, 0));
    List<Claim> claims = queue.claim("server", 2);
    queue.finish(claims.get(0), done("document", 9));
    List<String> read =
        queue.eachUnfinished(
            job -> job.id() + " " + job.createdAt() + " " + new String(job.request(), UTF_8));
    assertEquals(
        List.of(
            "running " + T0.plusSeconds(1) + " request of running",
            "waiting " + T0.plusSeconds(2) + " request of waiting"),
        read.stream().sorted().toList());
  }

  @Test
  void itIsKnownWhoSentAJob() {
    JobQueue queue = queue();
    add(queue, jobOf("one", "a", 0, 0));
    assertEquals("one", queue.find("a").orElseThrow().submitter());
    assertEquals("one", queue.find(List.of("a")).get(0).submitter());
    assertEquals(List.of("one"), queue.eachUnfinished(JobQueue.Unfinished::submitter));
    assertEquals("one", queue.claim("me", 1).get(0).submitter());
  }

  @Test
  void jobIsFoundAsItWasAdded() {
    JobQueue queue = queue();
    add(queue, job("a", 0, 3));
    StoredJob found = queue.find("a").orElseThrow();
    assertEquals(JobState.QUEUED, found.state());
    assertEquals(3, found.priority());
    assertEquals(T0, found.createdAt());
    assertEquals(null, found.startedAt());
    assertEquals(null, found.finishedAt());
    assertArrayEquals("document of a".getBytes(UTF_8), found.document());
    assertEquals(Optional.empty(), queue.find("b"));
    assertEquals(1, queue.queued());
  }

  @Test
  void fullQueueTakesNothing() {
    JobQueue queue = queue();
    assertEquals(Added.Kind.NEW, queue.add(job("a", 0, 0), 1).kind());
    assertEquals(Added.Kind.FULL, queue.add(job("b", 0, 0), 1).kind());
    assertEquals(Optional.empty(), queue.find("b"));
    queue.claim("me", 1);
    assertEquals(Added.Kind.NEW, queue.add(job("b", 0, 0), 1).kind());
  }

  @Test
  void sameKeyAndBodyIsTheSameJob() {
    JobQueue queue = queue();
    assertEquals(Added.Kind.NEW, queue.add(keyed("a", "x", "k", "d1"), 9).kind());
    assertEquals(new Added(Added.Kind.SAME, "a", 0), queue.add(keyed("b", "x", "k", "d1"), 0));
    assertEquals(new Added(Added.Kind.OTHER, "a", 0), queue.add(keyed("c", "x", "k", "d2"), 9));
    assertEquals(Added.Kind.NEW, queue.add(keyed("d", "y", "k", "d2"), 9).kind());
    assertEquals(2, queue.queued());
  }

  @Test
  void severalAreAddedTogetherOrNotAtAll() {
    JobQueue queue = queue();
    assertEquals(
        List.of(new Added(Added.Kind.NEW, "a", 0), new Added(Added.Kind.NEW, "b", 0)),
        queue.addAll(List.of(job("a", 0, 0), job("b", 1, 0)), 3));
    List<NewJob> two = List.of(job("c", 0, 0), job("d", 1, 0));
    assertEquals(
        List.of(new Added(Added.Kind.FULL, "c", 0), new Added(Added.Kind.FULL, "d", 0)),
        queue.addAll(two, 3));
    assertEquals(2, queue.queued());
    assertEquals(List.of("a", "b"), idsOf(queue.claim("me", 9)));
  }

  @Test
  void severalWithTheSameKeysAreTheSameJobs() {
    JobQueue queue = queue();
    queue.addAll(List.of(keyed("a", "x", "k#0", "d0"), keyed("b", "x", "k#1", "d1")), 9);
    assertEquals(
        List.of(new Added(Added.Kind.SAME, "a", 0), new Added(Added.Kind.SAME, "b", 0)),
        queue.addAll(List.of(keyed("c", "x", "k#0", "d0"), keyed("d", "x", "k#1", "d1")), 9));
    assertEquals(
        List.of(new Added(Added.Kind.OTHER, "e", 0), new Added(Added.Kind.OTHER, "f", 0)),
        queue.addAll(List.of(keyed("e", "x", "k#0", "d0"), keyed("f", "x", "k#1", "other")), 9));
    assertEquals(2, queue.queued());
  }

  @Test
  void keyOutlivesTheJobsEnd() {
    JobQueue queue = queue();
    queue.add(keyed("a", "x", "k", "d"), 9);
    assertTrue(queue.finish(queue.claim("me", 1).get(0), done("end", 1)));
    assertEquals(new Added(Added.Kind.SAME, "a", 0), queue.add(keyed("b", "x", "k", "d"), 9));
  }

  @Test
  void claimHasWhatTheJobNeeds() {
    JobQueue queue = queue();
    add(queue, job("a", 5, 0));
    Claim claim = queue.claim("me", 1).get(0);
    assertArrayEquals("request of a".getBytes(UTF_8), claim.request());
    assertEquals(T0.plusSeconds(5), claim.createdAt());
    assertEquals(1, claim.attempt());
    assertEquals(0, claim.takeovers());
    assertFalse(claim.cancelAsked());
  }

  @Test
  void resultIsStoredOnce() {
    JobQueue queue = queue();
    add(queue, job("a", 0, 0));
    Claim claim = queue.claim("me", 1).get(0);
    assertTrue(queue.finish(claim, done("result", 7)));
    StoredJob found = queue.find("a").orElseThrow();
    assertEquals(JobState.DONE, found.state());
    assertEquals("OK", found.verdict());
    assertEquals(T0.plusSeconds(7), found.finishedAt());
    assertArrayEquals("result".getBytes(UTF_8), found.document());
    Claim other = new Claim("a", "", "other", 1, 0, false, new byte[0], T0);
    assertFalse(queue.finish(other, done("another", 8)));
    assertArrayEquals(
        "result".getBytes(UTF_8), queue.find("a").map(StoredJob::document).orElseThrow());
    assertEquals(List.of(), queue.claim("me", 1));
  }

  @Test
  void leaseThatIsOverIsTakenOverAndItsLateResultRefused() throws InterruptedException {
    JobQueue queue = queue(AMPLE, Duration.ofMillis(1));
    add(queue, job("a", 0, 0));
    Claim dead = queue.claim("dead", 1).get(0);
    Claim heir = null;
    while (heir == null) {
      heir = queue.claim("heir", 1).stream().findFirst().orElse(null);
    }
    assertEquals(2, heir.attempt());
    assertEquals(1, heir.takeovers());
    assertFalse(queue.finish(dead, done("late", 1)));
    assertEquals(JobState.RUNNING, stateOf(queue, "a"));
    assertTrue(queue.finish(heir, done("right", 2)));
    assertFalse(queue.finish(dead, done("late", 3)));
    assertArrayEquals(
        "right".getBytes(UTF_8), queue.find("a").map(StoredJob::document).orElseThrow());
  }

  @Test
  void leaseThatHoldsIsNobodyElses() {
    JobQueue queue = queue();
    add(queue, job("a", 0, 0));
    List<Claim> mine = queue.claim("me", 1);
    assertEquals(new Renewal(List.of(), List.of()), queue.renew("me", mine));
    assertEquals(List.of(), queue.claim("other", 1));
  }

  @Test
  void lostClaimIsToldAtTheNextRenewal() {
    JobQueue queue = queue(AMPLE, Duration.ofMillis(1));
    add(queue, job("a", 0, 0));
    Claim lost = queue.claim("me", 1).get(0);
    Claim heir = null;
    while (heir == null) {
      heir = queue.claim("heir", 1).stream().findFirst().orElse(null);
    }
    assertEquals(List.of(lost), queue.renew("me", List.of(lost)).lost());
    assertEquals(List.of(), queue.renew("heir", List.of(heir)).lost());
    assertTrue(queue.finish(heir, done("right", 2)), "who lost it has not renewed it");
    assertEquals(List.of(heir), queue.renew("heir", List.of(heir)).lost(), "its job has ended");
  }

  @Test
  void olderClaimOfTheSameServerIsLost() {
    JobQueue queue = queue();
    add(queue, job("a", 0, 0));
    Claim first = queue.claim("me", 1).get(0);
    queue.release(first);
    assertEquals(List.of(first), queue.renew("me", List.of(first)).lost());
    Claim second = queue.claim("me", 1).get(0);
    assertEquals(List.of(first), queue.renew("me", List.of(first, second)).lost());
  }

  @Test
  void releasedJobWaitsAgain() {
    JobQueue queue = queue();
    add(queue, job("a", 0, 0));
    Claim first = queue.claim("me", 1).get(0);
    queue.release(first);
    assertEquals(JobState.QUEUED, stateOf(queue, "a"));
    Claim second = queue.claim("other", 1).get(0);
    assertEquals(0, second.takeovers());
    queue.release(first);
    assertEquals(JobState.RUNNING, stateOf(queue, "a"));
    assertFalse(queue.finish(first, done("late", 1)));
  }

  @Test
  void jobIsAddedClaimed() {
    JobQueue queue = queue();
    NewJob waiting = job("a", 0, 0);
    NewJob mine =
        new NewJob(
            "a",
            waiting.request(),
            waiting.document(),
            "d",
            0,
            "",
            null,
            null,
            "me",
            T0,
            null,
            null,
            Set.of());
    assertEquals(new Added(Added.Kind.NEW, "a", 1), queue.add(mine, 0));
    assertEquals(JobState.QUEUED, stateOf(queue, "a"), "it has not begun");
    assertEquals(List.of(), queue.claim("other", 1));
    Claim claim = new Claim("a", "", "me", 1, 0, false, new byte[0], T0);
    queue.noteBegun(new Claim("a", "", "me", 2, 0, false, new byte[0], T0), T0);
    queue.noteBegun(new Claim("a", "", "other", 1, 0, false, new byte[0], T0), T0);
    assertEquals(JobState.QUEUED, stateOf(queue, "a"));
    queue.noteBegun(claim, T0.plusSeconds(1));
    assertEquals(JobState.RUNNING, stateOf(queue, "a"));
    assertEquals(T0.plusSeconds(1), queue.find("a").orElseThrow().startedAt());
    assertTrue(queue.finish(claim, done("end", 1)));
  }

  @Test
  void jobThatWaitsIsCancelledAtOnce() {
    JobQueue queue = queue();
    add(queue, job("a", 0, 0));
    assertEquals(Optional.of(new Cancelled(JobState.CANCELLED, true)), queue.cancel("a"));
    assertEquals(Optional.of(new Cancelled(JobState.CANCELLED, false)), queue.cancel("a"));
    assertEquals(List.of(), queue.claim("me", 1));
    assertEquals(Optional.empty(), queue.cancel("b"));
  }

  @Test
  void cancellationOfARunningJobIsToldToItsServerAndItsHeir() {
    JobQueue queue = queue();
    add(queue, job("a", 0, 0));
    Claim claim = queue.claim("me", 1).get(0);
    assertEquals(Optional.of(new Cancelled(JobState.RUNNING, false)), queue.cancel("a"));
    assertEquals(List.of(), queue.renew("other", List.of()).cancelAsked());
    assertEquals(List.of("a"), queue.renew("me", List.of(claim)).cancelAsked());
    queue.release(claim);
    assertTrue(queue.claim("heir", 1).get(0).cancelAsked());
  }

  @Test
  void listIsFilteredAndPaged() {
    JobQueue queue = queue();
    for (String id : List.of("a", "b", "c", "d", "e")) {
      add(queue, job(id, id.equals("b") ? 0 : id.charAt(0), 0));
    }
    List<Claim> claims = queue.claim("me", 2); // b, a
    queue.finish(claims.get(0), done("end", 1));
    assertEquals(List.of("e", "d", "c", "a", "b"), idsListed(queue, null, null, null, 9));
    assertEquals(List.of("e", "d"), idsListed(queue, null, null, null, 2));
    JobFilter.Place d = new JobFilter.Place(T0.plusSeconds('d'), "d");
    assertEquals(List.of("c", "a"), idsListed(queue, null, null, d, 2));
    assertEquals(JobFilter.Place.parse(d.text()), d);
    assertEquals(List.of("e", "d", "c"), idsListed(queue, JobState.QUEUED, null, null, 9));
    assertEquals(List.of("a"), idsListed(queue, JobState.RUNNING, null, null, 9));
    assertEquals(List.of("b"), idsListed(queue, JobState.DONE, "OK", null, 9));
    assertEquals(List.of(), idsListed(queue, null, "TIME_LIMIT", null, 9));
    assertEquals(List.of(), queue.list(new JobFilter(null, null, "somebody else", null, 9)));
  }

  @Test
  void listSaysInWhichLanguageJobsAre() {
    JobQueue queue = queue();
    NewJob plain = job("a", 0, 0);
    add(queue, plain);
    add(
        queue,
        new NewJob(
            "b",
            plain.request(),
            plain.document(),
            "d",
            0,
            "",
            "python",
            null,
            null,
            T0.plusSeconds(1),
            null,
            null,
            Set.of()));
    List<StoredJob> listed = queue.list(new JobFilter(null, null, "", null, 9));
    assertEquals(Arrays.asList("python", null), listed.stream().map(StoredJob::language).toList());
    StoredJob whole = queue.find("b").orElseThrow();
    assertEquals("python", whole.language());
    assertArrayEquals(plain.document(), whole.document());
  }

  private static List<String> idsListed(
      JobQueue queue,
      @Nullable JobState state,
      @Nullable String verdict,
      JobFilter.@Nullable Place after,
      int limit) {
    return queue.list(new JobFilter(state, verdict, "", after, limit)).stream()
        .map(StoredJob::id)
        .toList();
  }

  @Test
  void jobsOfTheSameMomentArePagedOnce() {
    JobQueue queue = queue();
    Stream.of("a", "b", "c").forEach(id -> add(queue, job(id, 0, 0)));
    JobFilter.Place b = new JobFilter.Place(T0, "b");
    assertEquals(List.of("c", "b", "a"), idsListed(queue, null, null, null, 9));
    assertEquals(List.of("a"), idsListed(queue, null, null, b, 9));
  }

  @Test
  void oldestResultsLeave() {
    JobQueue queue = queue(new Retention(2, Duration.ofHours(1), 1000), LONG);
    finishAll(queue, "a", "b", "c");
    assertEquals(Optional.empty(), queue.find("a"));
    assertEquals(JobState.DONE, stateOf(queue, "b"));
    assertEquals(JobState.DONE, stateOf(queue, "c"));
  }

  @Test
  void largestPastLeaves() {
    JobQueue queue = queue(new Retention(9, Duration.ofHours(1), 25), LONG);
    finishAll(queue, "a", "b", "c"); // ten bytes each
    assertEquals(Optional.empty(), queue.find("a"));
    assertEquals(JobState.DONE, stateOf(queue, "b"));
  }

  @Test
  void resultLeavesWhenItsTimeIsOverAndUnfinishedJobsStay() {
    JobQueue queue = queue(new Retention(9, Duration.ofHours(1), 1000), LONG);
    add(queue, job("waits", -7200, 0));
    add(queue, job("old", -7201, 0));
    Instant end = Instant.now().minusSeconds(3601);
    queue.finish(
        queue.claim("me", 1).get(0), new Ending(JobState.DONE, "OK", end, end, new byte[1]));
    queue.prune();
    assertEquals(Optional.empty(), queue.find("old"));
    assertEquals(JobState.QUEUED, stateOf(queue, "waits"));
  }

  private static void finishAll(JobQueue queue, String... ids) {
    int second = 0;
    for (String id : ids) {
      add(queue, job(id, 0, 0));
      assertTrue(queue.finish(queue.claim("me", 1).get(0), done("ten bytes.", second++)));
    }
    queue.prune();
  }

  private static NewJob told(String id) {
    NewJob job = job(id, 0, 0);
    return new NewJob(
        id,
        job.request(),
        job.document(),
        "d",
        0,
        "",
        null,
        null,
        null,
        T0,
        null,
        "https://h/" + id,
        Set.of());
  }

  @Test
  void endIsToldOnceAtATimeUntilItIsDelivered() {
    JobQueue queue = queue();
    add(queue, told("a"));
    add(queue, job("nobody's", 1, 0));
    assertEquals(List.of(), queue.dueCallbacks(9, LONG), "it has not ended");
    queue.claim("me", 2).forEach(claim -> assertTrue(queue.finish(claim, done("end", 1))));
    DueCallback due = queue.dueCallbacks(9, Duration.ZERO).get(0);
    assertEquals("https://h/a 1", due.url() + " " + due.attempt());
    assertArrayEquals("end".getBytes(UTF_8), due.job().document());
    assertEquals(
        2, queue.dueCallbacks(9, LONG).get(0).attempt(), "who began the first one has died");
    assertEquals(List.of(), queue.dueCallbacks(9, LONG));
    CallbackProgress late = new CallbackProgress(CallbackProgress.State.DELIVERED, 1, 200);
    queue.told("a", late, Duration.ZERO);
    CallbackProgress failed = new CallbackProgress(CallbackProgress.State.WAITING, 2, 500);
    assertEquals(
        CallbackProgress.State.WAITING,
        queue.find("a").map(StoredJob::callback).orElseThrow().state(),
        "another attempt has begun since");
    queue.told("a", failed, Duration.ZERO);
    assertEquals(failed, queue.find("a").map(StoredJob::callback).orElseThrow());
    assertEquals(3, queue.dueCallbacks(9, LONG).get(0).attempt());
    CallbackProgress over = new CallbackProgress(CallbackProgress.State.DELIVERED, 3, 204);
    queue.told("a", over, Duration.ZERO);
    assertEquals(over, queue.find("a").map(StoredJob::callback).orElseThrow());
    assertEquals(List.of(), queue.dueCallbacks(9, LONG));
  }

  @Test
  void endThatIsToBeToldIsNotForgotten() {
    JobQueue queue = queue(new Retention(1, Duration.ofHours(1), 1000), LONG);
    add(queue, told("a"));
    assertTrue(queue.finish(queue.claim("me", 1).get(0), done("end", 0)));
    finishAll(queue, "b", "c");
    assertEquals(JobState.DONE, stateOf(queue, "a"));
    queue.dueCallbacks(1, LONG);
    queue.told("a", new CallbackProgress(CallbackProgress.State.GIVEN_UP, 1, null), Duration.ZERO);
    queue.prune();
    assertEquals(Optional.empty(), queue.find("a"));
    assertEquals(JobState.DONE, stateOf(queue, "c"));
  }

  @Test
  void cancelledJobIsToldToo() {
    JobQueue queue = queue();
    add(queue, told("a"));
    queue.cancel("a");
    assertEquals(JobState.CANCELLED, queue.dueCallbacks(1, LONG).get(0).job().state());
  }

  /** Four servers take 200 jobs: each job is taken, and finished, exactly once. */
  @Test
  void serversShareTheJobs() throws InterruptedException {
    JobQueue queue = queue();
    int jobs = 200;
    Set<String> finished = ConcurrentHashMap.newKeySet();
    AtomicInteger finishes = new AtomicInteger();
    CountDownLatch over = new CountDownLatch(4);
    for (int server = 0; server < 4; server++) {
      String owner = "server-" + server;
      Thread thread =
          new Thread(
              () -> {
                while (finishes.get() < jobs && !Thread.currentThread().isInterrupted()) {
                  for (Claim claim : queue.claim(owner, 3)) {
                    if (queue.finish(claim, done("by " + owner, 1))) {
                      finishes.incrementAndGet();
                      finished.add(claim.id());
                    }
                  }
                }
                over.countDown();
              },
              owner);
      thread.setDaemon(true);
      thread.start();
    }
    for (int i = 0; i < jobs; i++) {
      add(queue, job("job-" + i, i, 0));
    }
    assertTrue(over.await(250, TimeUnit.SECONDS));
    assertEquals(jobs, finished.size());
    assertEquals(jobs, finishes.get());
  }
}
