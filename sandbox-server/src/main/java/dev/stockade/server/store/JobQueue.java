package dev.stockade.server.store;

import dev.stockade.server.job.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Accepted jobs, from acceptance until their result's time is over. Thread-safe; every method may
 * block.
 *
 * <p>Every method throws {@link StoreUnavailableException} when what holds the jobs cannot be
 * reached; nothing is known then of what was asked for.
 */
public interface JobQueue extends AutoCloseable {
  /** Servers that may give up a job by dying before it is called hopeless. */
  int MOST_TAKEOVERS = 20;

  /**
   * Adds a job. When this returns, the job outlives the server, where {@link #isDurable} says so.
   *
   * @param mostQueued jobs that may wait with this one
   */
  Added add(NewJob job, int mostQueued);

  /**
   * Adds all of these jobs or none, as {@link #add} does one. Those with keys have them all or none
   * of them.
   *
   * @param jobs at least one, none of them claimed
   * @return what became of each; where one is {@code OTHER} or {@code FULL}, all are
   */
  List<Added> addAll(List<NewJob> jobs, int mostQueued);

  /**
   * Takes the jobs whose turn it is, in their order, and makes jobs of dead servers wait again.
   * Each next job is of the submitter with the fewest running jobs, among equals of the one that
   * was served least recently; and of a submitter's jobs the one with the least {@link
   * NewJob#turn}. Servers that take jobs in the same moment do not count each other's.
   */
  List<Claim> claim(String owner, int atMost);

  /**
   * Keeps everything that the server has claimed, and that nobody has taken over since.
   *
   * @param claims what it has, as far as it knows
   */
  Renewal renew(String owner, Collection<Claim> claims);

  /**
   * Notes that a job has begun which was {@linkplain #add added} claimed; without effect when the
   * claim is not the job's newest one.
   */
  void noteBegun(Claim claim, Instant at);

  /**
   * Stores how a job ended.
   *
   * @return false, and nothing stored, when the claim is not the job's newest one, or the job ended
   *     otherwise
   */
  boolean finish(Claim claim, Ending ending);

  /** Gives a job back unfinished; without effect when the claim is not the job's newest one. */
  void release(Claim claim);

  Optional<StoredJob> find(String id);

  /** The jobs of these ids, without their documents. */
  List<StoredJob> find(Collection<String> ids);

  /**
   * Cancels a job that waits; asks the server that has it to cancel one that runs.
   *
   * @return empty when there is no such job
   */
  Optional<Cancelled> cancel(String id);

  /** The newest jobs first, without their documents. */
  List<StoredJob> list(JobFilter filter);

  /**
   * A job that has not ended.
   *
   * @param request as the client sent it
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes are the point; never compared
  record Unfinished(String id, String submitter, Instant createdAt, byte[] request) {}

  /** Makes something of each job that has not ended; holds one of them at a time. */
  <T> List<T> eachUnfinished(Function<Unfinished, T> reader);

  /**
   * Takes ends that are to be told: each is another's only when it has not been {@linkplain #told
   * told} for a while.
   *
   * @param retryAfter how long that is
   */
  List<DueCallback> dueCallbacks(int atMost, Duration retryAfter);

  /**
   * Notes what came of an attempt; without effect when another one has begun since.
   *
   * @param next time until the next attempt, when the state is {@code WAITING}
   */
  void told(String id, CallbackProgress progress, Duration next);

  /** Jobs that wait for a server. */
  int queued();

  /** Forgets the oldest results that are too many, too old or too large, and need not be told. */
  void prune();

  /** Whether the jobs outlive the process. */
  boolean isDurable();

  /** Whether other servers take jobs from here as well. */
  boolean isShared();

  @Override
  void close();
}
