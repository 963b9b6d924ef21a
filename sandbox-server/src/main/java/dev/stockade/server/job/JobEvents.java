package dev.stockade.server.job;

import dev.stockade.server.job.JobEvent.Output;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What happened to a job, in order: every milestone, and the last of its output. Thread-safe.
 *
 * <p>Whoever watches keeps no more than the number of the last event that it has seen, and comes
 * for more when it likes: adding an event never waits for anybody. Output that nobody has been told
 * of yet grows in its event rather than in their number.
 */
public final class JobEvents {
  /** More than a job with the most tests has, so that of these none is ever lost. */
  static final int MOST_MILESTONES = 2500;

  /** Events of output that are kept. */
  static final int MOST_OUTPUTS = 1000;

  /** Bytes of output that are kept. */
  static final int OUTPUT_BYTES = 256 * 1024;

  /** Bytes that an event of output has at most. */
  public static final int CHUNK_BYTES = 4096;

  /** Each is called for every event, on the thread that the job runs on. */
  static final int MOST_WATCHERS = 64;

  /** About what an event takes besides its output, and how many every job has. */
  private static final int EVENT_BYTES = 100;

  private static final int USUAL_EVENTS = 5;

  /**
   * An event with its number.
   *
   * @param id from 1, without gaps
   * @param at time since the job was accepted here; of output, of its first byte
   */
  public record Numbered(long id, JobEvent event, Duration at) {}

  private final long bornNanos = System.nanoTime();

  private record Kept(JobEvent event, Duration at) {}

  private final TreeMap<Long, Kept> kept = new TreeMap<>();
  private final Deque<Long> milestones = new ArrayDeque<>();
  private final Deque<Long> outputs = new ArrayDeque<>();
  private final Set<Runnable> watchers = new LinkedHashSet<>();
  private long outputBytes;
  private long lastId;
  private long told;

  /** Adds an event and wakes those who watch, on this thread. */
  public void add(JobEvent event) {
    List<Runnable> awake;
    synchronized (this) {
      if (!(event instanceof Output output)) {
        append(event, milestones);
      } else if (!joinsLast(output)) {
        append(event, outputs);
        outputBytes += output.bytes().length;
      }
      dropOld();
      awake = List.copyOf(watchers);
    }
    awake.forEach(Runnable::run);
  }

  private void append(JobEvent event, Deque<Long> ids) {
    lastId++;
    kept.put(lastId, new Kept(event, age()));
    ids.addLast(lastId);
  }

  /** Adds output to the last event, if it may. */
  private boolean joinsLast(Output output) {
    Kept newest = kept.get(lastId);
    if (lastId <= told
        || newest == null
        || !(newest.event() instanceof Output last)
        || last.stream() != output.stream()
        || !Objects.equals(last.test(), output.test())
        || last.bytes().length + output.bytes().length > CHUNK_BYTES) {
      return false;
    }
    byte[] joined = Arrays.copyOf(last.bytes(), last.bytes().length + output.bytes().length);
    System.arraycopy(output.bytes(), 0, joined, last.bytes().length, output.bytes().length);
    kept.put(lastId, new Kept(new Output(output.stream(), output.test(), joined), newest.at()));
    outputBytes += output.bytes().length;
    return true;
  }

  private void dropOld() {
    while (outputs.size() > MOST_OUTPUTS || outputBytes > OUTPUT_BYTES) {
      Output dropped = (Output) kept.remove(outputs.removeFirst()).event();
      outputBytes -= dropped.bytes().length;
    }
    while (milestones.size() > MOST_MILESTONES) {
      kept.remove(milestones.removeFirst());
    }
  }

  /** The first events that are kept of those after an event, at most so many. */
  public synchronized List<Numbered> after(long id, int most) {
    List<Numbered> events = new ArrayList<>();
    for (Map.Entry<Long, Kept> event : kept.tailMap(id, false).entrySet()) {
      if (events.size() == most) {
        break;
      }
      events.add(new Numbered(event.getKey(), event.getValue().event(), event.getValue().at()));
    }
    if (!events.isEmpty()) {
      told = Math.max(told, events.get(events.size() - 1).id());
    }
    return events;
  }

  /** Time since the job was accepted here. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - bornNanos);
  }

  /** Number of the last event; 0 before the first. */
  public synchronized long lastId() {
    return lastId;
  }

  /** Whether the job has ended: nothing follows any more. */
  public synchronized boolean isOver() {
    Kept newest = kept.get(lastId);
    return newest != null && newest.event() instanceof JobEvent.Ended;
  }

  /**
   * Has something called after each event that is added from now on, which it must not delay.
   *
   * @return empty when too many watch already
   */
  public synchronized Optional<Job.Listening> watch(Runnable watcher) {
    if (watchers.size() == MOST_WATCHERS) {
      return Optional.empty();
    }
    watchers.add(watcher);
    return Optional.of(() -> forget(watcher));
  }

  private synchronized void forget(Runnable watcher) {
    watchers.remove(watcher);
  }

  /** About the bytes that are held beyond those that every job holds. */
  synchronized long heldBytes() {
    return outputBytes + EVENT_BYTES * Math.max(0L, kept.size() - USUAL_EVENTS);
  }
}
