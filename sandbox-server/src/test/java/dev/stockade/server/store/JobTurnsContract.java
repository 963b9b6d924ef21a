package dev.stockade.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In which order every {@link JobQueue} gives its jobs away. */
@Timeout(300)
abstract class JobTurnsContract extends JobQueueFixture {
  @Test
  void claimsComeByTurn() {
    JobQueue queue = queue();
    add(queue, job("second", 1, 0));
    add(queue, job("first", 0, 0));
    add(queue, job("urgent", 59, 1));
    add(queue, job("less", 62, 1));
    add(queue, job("late", 3, -1));
    assertEquals(List.of("urgent", "first"), idsOf(queue.claim("me", 2)));
    assertEquals(List.of("second", "less", "late"), idsOf(queue.claim("me", 9)));
    assertEquals(List.of(), queue.claim("me", 9));
    assertEquals(JobState.RUNNING, stateOf(queue, "late"));
    assertEquals(0, queue.queued());
  }

  private static void addFew(JobQueue queue, String submitter, int jobs) {
    for (int i = 0; i < jobs; i++) {
      add(queue, jobOf(submitter, submitter + i, i, 0));
    }
  }

  @Test
  void fewJobsAreTakenInTurnWithManyThatCameBefore() {
    JobQueue queue = queue();
    addFew(queue, "a", 100);
    assertEquals(List.of("a0", "a1"), idsOf(queue.claim("me", 2)));
    addFew(queue, "b", 3);
    assertEquals(List.of("b0", "b1"), idsOf(queue.claim("me", 2)), "b has none running, a two");
    assertEquals(
        List.of("a2", "b2", "a3", "a4"), idsOf(queue.claim("me", 4)), "two each: a, then b");
    assertEquals(95, queue.queued());
  }

  @Test
  void oneByOneEachIsServedInTurn() {
    JobQueue queue = queue();
    addFew(queue, "a", 100);
    addFew(queue, "b", 3);
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Claim claim = queue.claim("me", 1).get(0);
      taken.add(claim.id());
      assertTrue(queue.finish(claim, done("end", i)));
    }
    assertEquals(List.of("a0", "b0", "a1", "b1", "a2", "b2", "a3", "a4"), taken);
  }

  @Test
  void whoHasFewerRunningJobsIsNext() {
    JobQueue queue = queue();
    addFew(queue, "a", 9);
    List<Claim> ofA = queue.claim("me", 3);
    addFew(queue, "b", 9);
    assertEquals(List.of("b0"), idsOf(queue.claim("me", 1)));
    ofA.forEach(claim -> assertTrue(queue.finish(claim, done("end", 1))));
    assertEquals(List.of("a3"), idsOf(queue.claim("other", 1)), "none running");
    assertEquals(List.of("b1", "a4"), idsOf(queue.claim("other", 2)), "b was served before a");
  }

  @Test
  void jobsThatRunBecauseTheirClientWaitsCount() {
    JobQueue queue = queue();
    NewJob kept = jobOf("a", "kept", 0, 0);
    queue.add(
        new NewJob(
            "kept",
            kept.request(),
            kept.document(),
            "d",
            0,
            "a",
            null,
            null,
            "me",
            T0,
            null,
            null,
            Set.of()),
        0);
    addFew(queue, "a", 2);
    addFew(queue, "b", 2);
    assertEquals(List.of("b0", "a0", "b1", "a1"), idsOf(queue.claim("me", 4)));
  }

  @Test
  void jobsThatAreGivenBackOrCancelledRunNoMore() {
    JobQueue queue = queue();
    addFew(queue, "a", 2);
    addFew(queue, "b", 2);
    Claim first = queue.claim("me", 1).get(0);
    queue.release(first);
    assertEquals(List.of("b0", "a0"), idsOf(queue.claim("me", 2)), "a was served, and has none");
    assertEquals(Optional.of(new Cancelled(JobState.CANCELLED, true)), queue.cancel("b1"));
    assertEquals(List.of("a1"), idsOf(queue.claim("me", 2)));
  }

  @Test
  void priorityCountsAmongJobsOfOneSubmitter() {
    JobQueue queue = queue();
    for (int i = 0; i < 3; i++) {
      add(queue, jobOf("pushes", "urgent" + i, 100 + i, 10));
    }
    add(queue, jobOf("pushes", "usual", 0, 0));
    add(queue, jobOf("waits", "late", 200, -10));
    add(queue, jobOf("waits", "early", 0, 0));
    assertEquals(
        List.of("urgent0", "early", "urgent1", "late", "urgent2", "usual"),
        idsOf(queue.claim("me", 9)));
  }

  @Test
  void jobOfLittlePriorityAges() {
    JobQueue queue = queue();
    add(queue, jobOf("a", "patient", 0, -1));
    add(queue, jobOf("a", "sooner", 59, 0));
    add(queue, jobOf("a", "later", 61, 0));
    add(queue, jobOf("b", "other", 500, 0));
    assertEquals(List.of("sooner", "other", "patient", "later"), idsOf(queue.claim("me", 9)));
  }

  /**
   * The property of {@link ShareProperties}, for each kind of queue; the repetition is the seed.
   */
  @RepeatedTest(10)
  void sharesAreFairWhateverHappens(RepetitionInfo info) {
    JqwikSession.run(
        () -> {
          RandomGenerator<List<ShareModel.Step>> steps = ShareModel.steps().generator(1000);
          Random seeded = new Random(info.getCurrentRepetition());
          new ShareModel(queue()).replay(steps.next(seeded).value());
        });
  }
}
