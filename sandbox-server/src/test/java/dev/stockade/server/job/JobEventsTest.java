package dev.stockade.server.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JobEventsTest {
  private final JobEvents events = new JobEvents();

  private static List<Long> ids(List<JobEvents.Numbered> numbered) {
    return numbered.stream().map(JobEvents.Numbered::id).toList();
  }

  @Test
  void eventsAreNumberedFromOne() {
    events.add(new JobEvent.Queued(0));
    events.add(new JobEvent.Started());
    events.add(new JobEvent.Ended(JobState.CANCELLED, null));
    assertEquals(List.of(1L, 2L, 3L), ids(events.after(0, 10)));
    assertEquals(List.of(2L), ids(events.after(1, 1)));
    assertEquals(List.of(), events.after(3, 10));
    assertEquals(3, events.lastId());
  }

  private static JobEvent.Output output(int bytes) {
    return new JobEvent.Output(JobEvent.Stream.STDOUT, null, new byte[bytes]);
  }

  /** Their number is bounded by what a job is; this bound is for what nobody has thought of. */
  @Test
  void ofMilestonesTheLastAreKept() {
    for (int i = 0; i < JobEvents.MOST_MILESTONES + 5; i++) {
      events.add(new JobEvent.Queued(i));
    }
    assertEquals(List.of(6L, 7L), ids(events.after(0, 2)));
    assertEquals(JobEvents.MOST_MILESTONES, events.after(0, 10_000).size());
  }

  @Test
  void ofOutputTheLastBytesAreKeptAndEveryMilestone() {
    events.add(new JobEvent.Started());
    for (int i = 0; i < 65; i++) {
      events.add(output(4096)); // 64 are 256 KiB
    }
    events.add(new JobEvent.Ended(JobState.CANCELLED, null));
    List<Long> ids = ids(events.after(0, 100));
    assertEquals(66, ids.size());
    assertEquals(List.of(1L, 3L), ids.subList(0, 2), "2 is lost");
    assertEquals(256 * 1024 + 100 * (66 - 5), events.heldBytes());
  }

  @Test
  void ofOutputTheLastEventsAreKept() {
    for (int i = 0; i < JobEvents.MOST_OUTPUTS + 5; i++) {
      events.add(output(1));
      assertEquals(List.of(i + 1L), ids(events.after(i, 10)), "told, so that the next is another");
    }
    assertEquals(List.of(6L, 7L), ids(events.after(0, 2)));
    assertEquals(JobEvents.MOST_OUTPUTS, events.after(0, 10_000).size());
  }

  @Test
  void outputThatNobodyWasToldOfGrows() {
    events.add(output(4000));
    events.add(output(96));
    events.add(output(1));
    assertEquals(List.of(1L, 2L), ids(events.after(0, 10)));
    assertEquals(4096, ((JobEvent.Output) events.after(0, 1).get(0).event()).bytes().length);
    events.add(output(1));
    assertEquals(List.of(3L), ids(events.after(2, 10)), "2 was told");
    events.add(new JobEvent.Output(JobEvent.Stream.STDERR, null, new byte[1]));
    events.add(new JobEvent.Output(JobEvent.Stream.STDERR, 0, new byte[1]));
    events.add(new JobEvent.Started());
    events.add(new JobEvent.Output(JobEvent.Stream.STDERR, 0, new byte[1]));
    assertEquals(List.of(4L, 5L, 6L, 7L), ids(events.after(3, 10)));
  }

  @Test
  void noMoreThanSoManyWatch() {
    Job.Listening first = events.watch(() -> {}).orElseThrow();
    for (int i = 1; i < JobEvents.MOST_WATCHERS; i++) {
      Runnable another = new AtomicInteger()::incrementAndGet;
      assertTrue(events.watch(another).isPresent());
    }
    Runnable last = new AtomicInteger()::incrementAndGet;
    assertTrue(events.watch(last).isEmpty());
    first.close();
    assertTrue(events.watch(last).isPresent());
  }

  @Test
  void watchersAreWokenUntilTheyStop() {
    AtomicInteger woken = new AtomicInteger();
    Job.Listening watching = events.watch(woken::incrementAndGet).orElseThrow();
    events.add(new JobEvent.Started());
    assertFalse(events.isOver());
    watching.close();
    events.add(new JobEvent.Ended(JobState.CANCELLED, null));
    assertTrue(events.isOver());
    assertEquals(1, woken.get());
  }
}
