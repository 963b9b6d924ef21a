package dev.stockade.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A job that the server has accepted. Thread-safe. */
public final class JobHandle {
  private final StockadeClient client;
  private final String id;

  JobHandle(StockadeClient client, String id) {
    this.client = client;
    this.id = id;
  }

  /** Names the job to the server, also from another process: {@link StockadeClient#handle}. */
  public String id() {
    return id;
  }

  /**
   * The job when it has ended: {@link JobState#DONE} or {@link JobState#CANCELLED}. No thread waits
   * for it. Each call asks the server anew; cancelling the future leaves the job alone.
   *
   * @return fails with {@link ProblemException} when the job failed, or is not there any more, and
   *     with {@link IOException} when the server cannot be reached for as long as the client's
   *     {@link StockadeClient.Builder#attempts} last
   */
  public CompletableFuture<Job> result() {
    return client.result(id);
  }

  /**
   * Waits for the job's end; a caller that is interrupted leaves the job alone.
   *
   * @return as {@link #result}
   * @throws ProblemException when the job failed, or is not there any more
   */
  public Job await() throws IOException, InterruptedException {
    return client.await(id);
  }

  /** See {@link StockadeClient#job}. */
  public Job job() throws IOException, InterruptedException {
    return client.job(id);
  }

  /** See {@link StockadeClient#events(String)}. */
  public Stream<JobEvent> events() {
    return client.events(id);
  }

  /** See {@link StockadeClient#cancel}. */
  public JobState cancel() throws IOException, InterruptedException {
    return client.cancel(id);
  }

  @Override
  public String toString() {
    return "job " + id;
  }
}
