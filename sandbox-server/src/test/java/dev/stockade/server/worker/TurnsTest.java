package dev.stockade.server.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobInput;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Whose turn it is; a job's name begins with that of its submitter. */
class TurnsTest {
  private final AtomicLong now = new AtomicLong();

  private Turns turns(int workers) {
    return new Turns(workers, now::get);
  }

  private static Job job(String name) {
    return new Job(
        name,
        name.substring(0, 1),
        new CommandJob(List.of(new byte[] {'x'}), "default", JobInput.NONE),
        InstantSource.system());
  }

  private static void add(Turns turns, String... names) {
    for (String name : names) {
      turns.add(job(name));
    }
  }

  private static Turns.Turn next(Turns turns, String name) {
    Turns.Turn turn = turns.next();
    assertNotNull(turn, name);
    assertEquals(name, turn.job().id());
    return turn;
  }

  private void pass() {
    now.addAndGet(Turns.KEPT_FREE.toNanos());
  }

  @Test
  void jobsOfOneSubmitterAreTakenInTheirOrderByAllWorkers() {
    Turns turns = turns(2);
    add(turns, "a1", "a2", "a3");
    Turns.Turn first = next(turns, "a1");
    assertTrue(first.isFirst());
    Turns.Turn second = next(turns, "a2");
    assertFalse(second.isFirst());
    assertNull(turns.next());
    turns.ended(first);
    next(turns, "a3");
    assertEquals(0, turns.queued());
  }

  @Test
  void submittersWithEquallyManyAreServedInTurn() {
    Turns turns = turns(1);
    add(turns, "a1", "a2", "a3", "b1", "b2", "c1");
    List<String> order = new ArrayList<>();
    for (Turns.Turn turn = turns.next(); turn != null; turn = turns.next()) {
      order.add(turn.job().id());
      turns.ended(turn);
    }
    assertEquals(List.of("a1", "b1", "c1", "a2", "b2", "a3"), order);
  }

  @Test
  void oneJobRunsBesideTheWorkersAndOnlyOfOneWhoHasNoneRunning() {
    Turns turns = turns(2);
    add(turns, "a1", "a2", "a3");
    next(turns, "a1");
    next(turns, "a2");
    add(turns, "b1", "b2", "c1");
    Turns.Turn beside = next(turns, "b1");
    assertNull(turns.next(), "the place is taken");
    turns.ended(beside);
    next(turns, "c1");
    assertNull(turns.next());
  }

  @Test
  void workerIsKeptFreeForOneWhoHasJustHadAJob() {
    Turns turns = turns(2);
    add(turns, "a1", "a2", "a3", "a4");
    Turns.Turn first = next(turns, "a1");
    Turns.Turn second = next(turns, "a2");
    add(turns, "b1");
    turns.ended(next(turns, "b1"));
    turns.ended(first);
    assertNull(turns.next(), "b may have another one");
    assertTrue(turns.isKeepingOneFree());
    add(turns, "b2");
    Turns.Turn expected = next(turns, "b2");
    assertNull(turns.next(), "every worker has a job");
    assertFalse(turns.isKeepingOneFree());
    turns.ended(expected);
    pass();
    assertFalse(turns.isKeepingOneFree());
    next(turns, "a3");
    turns.ended(second);
    next(turns, "a4");
  }

  @Test
  void workerIsNotKeptFreeForOneSubmitterAloneNorFromOneWhoHasNoneRunning() {
    Turns turns = turns(2);
    add(turns, "a1");
    turns.ended(next(turns, "a1"));
    add(turns, "a2", "a3");
    next(turns, "a2");
    next(turns, "a3");
    add(turns, "b1");
    turns.ended(next(turns, "b1"));
    add(turns, "c1");
    next(turns, "c1");
  }

  @Test
  void noWorkerIsKeptFreeAtTheEnd() {
    Turns turns = turns(2);
    add(turns, "a1", "a2", "a3");
    Turns.Turn first = next(turns, "a1");
    next(turns, "a2");
    add(turns, "b1");
    turns.ended(next(turns, "b1"));
    turns.ended(first);
    assertNull(turns.next());
    turns.keepNoneFree();
    next(turns, "a3");
  }

  @Test
  void whatIsTakenAwayHasNoTurn() {
    Turns turns = turns(1);
    Job unwanted = job("a1");
    turns.add(unwanted);
    add(turns, "a2", "b1");
    assertTrue(turns.remove(unwanted));
    assertFalse(turns.remove(unwanted));
    assertEquals(2, turns.queued());
    next(turns, "a2");
    assertEquals(1, turns.removeAll());
    assertNull(turns.next());
  }
}
