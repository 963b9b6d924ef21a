package dev.stockade.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A job server, seen from Java. Thread-safe; keep it, as it keeps connections. Its threads end with
 * it when nobody holds it any more.
 *
 * <p>Every method throws {@link ProblemException} when the server says what is wrong, and {@link
 * IOException} when no server answers as the contract has it.
 */
public final class StockadeClient {
  private static final Duration NO_WAIT = Duration.ZERO;

  private final Transport transport;
  private final Patience patience;
  private final EndOfJob end;
  private final Duration uploadTime;

  private StockadeClient(Builder builder) {
    HttpClient http = builder.http;
    if (http == null) {
      // HTTP/1.1 is what the server speaks: no request begins with an offer of another
      http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(builder.connectTime)
              .build();
    }
    this.transport = new Transport(http, builder.server, builder.token, builder.answerTime);
    this.patience = new Patience(builder.attempts, builder.pause);
    this.end = new EndOfJob(transport, patience);
    this.uploadTime = builder.uploadTime;
  }

  /**
   * A client of the server at this address.
   *
   * @param server such as {@code http://127.0.0.1:8080}
   * @throws IllegalArgumentException when it is no address of a server
   */
  public static Builder to(URI server) {
    return new Builder(server);
  }

  /**
   * Runs a job and waits for its end. A caller that is interrupted cancels the job.
   *
   * @return the job, {@link JobState#DONE} or {@link JobState#CANCELLED}
   * @throws ProblemException when it was refused, or failed
   */
  public Job run(JobRequest request) throws IOException, InterruptedException {
    // hanging up, as an interrupt does, cancels the job for as long as this answer is waited for
    Begun begun = transport.send(transport.post(request, EndOfJob.WAIT), json -> Begun.of(json));
    if (begun.job() != null) {
      return begun.job();
    }
    try {
      return await(begun.id());
    } catch (InterruptedException e) {
      CompletableFuture<JobState> unused =
          transport.sendAsync(transport.delete(Transport.job(begun.id())), StockadeClient::state);
      throw e;
    }
  }

  /** What a new job's answer has: all of it when it has ended. */
  private record Begun(String id, @Nullable Job job) {
    static Begun of(JsonObject json) {
      return new Begun(json.text("id"), json.has("createdAt") ? JobReader.job(json) : null);
    }
  }

  Job await(String id) throws IOException, InterruptedException {
    try {
      return end.of(id).get();
    } catch (ExecutionException e) {
      throw rethrown(e);
    }
  }

  private static RuntimeException rethrown(ExecutionException failure) throws IOException {
    Throwable cause = failure.getCause();
    if (cause instanceof IOException io) {
      throw io;
    }
    return cause instanceof RuntimeException known ? known : new CompletionException(cause);
  }

  /**
   * Hands a job over and returns when the server has accepted it: then it outlives this client and,
   * as far as the server keeps jobs on disk, the server.
   */
  public JobHandle submit(JobRequest request) throws IOException, InterruptedException {
    return handle(transport.send(transport.post(request, NO_WAIT), json -> json.text("id")));
  }

  /** A job that was accepted earlier, perhaps by another process. Asks the server nothing. */
  public JobHandle handle(String id) {
    return new JobHandle(this, id);
  }

  /** The job as it is now; also one that failed, with the reason in {@link Job#error}. */
  public Job job(String id) throws IOException, InterruptedException {
    return transport.send(transport.get(Transport.job(id)), JobReader::job);
  }

  CompletableFuture<Job> result(String id) {
    return end.of(id);
  }

  /**
   * Cancels a job: a queued one never starts, a running one is killed, one that has ended stays as
   * it is.
   *
   * @return {@link JobState#RUNNING} while it is being killed
   */
  public JobState cancel(String id) throws IOException, InterruptedException {
    return transport.send(transport.delete(Transport.job(id)), StockadeClient::state);
  }

  private static JobState state(JsonObject json) {
    return json.constant("state", JobState.class);
  }

  /** What happens to a job, from its beginning: {@code events(id, 0)}. */
  public Stream<JobEvent> events(String id) {
    return events(id, 0);
  }

  /**
   * What happens to a job, up to {@link JobEvent.Ended}. The stream is to be closed, which any
   * thread may do; reading it waits. A connection that breaks off, or on which nothing comes for a
   * minute, is followed by another that goes on behind the last event.
   *
   * <p>Reading throws {@link ProblemException}, and {@link java.io.UncheckedIOException} when the
   * server cannot be reached for as long as {@link Builder#attempts} last, or the reader is
   * interrupted.
   *
   * @param after id of the last event that is not wanted; 0 for all
   */
  public Stream<JobEvent> events(String id, long after) {
    EventIterator events = new EventIterator(transport, patience, id, after);
    int traits = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(events, traits), false)
        .onClose(events::close);
  }

  /** The languages, usable there or not. */
  public List<Language> languages() throws IOException, InterruptedException {
    return transport.send(
        transport.get("/v1/languages"), json -> json.objects("languages", JobReader::language));
  }

  /**
   * Stores a file for jobs, which is too large for their requests. It is kept for as long as a job
   * needs it, and for a time after its last use that the server's operator sets.
   *
   * @return what {@link JobRequest.Builder#stdin}, a file or a test may be
   */
  public Content.Stored store(Path file) throws IOException, InterruptedException {
    String sha256 = sha256(file);
    return transport.send(
        transport.put("/v1/files/" + sha256, BodyPublishers.ofFile(file), uploadTime),
        json -> new Content.Stored(json.text("sha256")));
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Puts a client together; each method returns the builder itself. */
  public static final class Builder {
    private final URI server;
    private @Nullable String token;
    private @Nullable HttpClient http;
    private Duration connectTime = Duration.ofSeconds(10);
    private Duration answerTime = Duration.ofSeconds(30);
    private Duration uploadTime = Duration.ofMinutes(30);
    private int attempts = 10;
    private Duration pause = Duration.ofSeconds(1);

    private Builder(URI server) {
      String scheme = String.valueOf(server.getScheme());
      boolean plain = server.getRawQuery() == null && server.getRawFragment() == null;
      if (!(scheme.equals("http") || scheme.equals("https"))
          || server.getHost() == null
          || !plain) {
        throw new IllegalArgumentException(
            server + " is no address of a server, such as http://127.0.0.1:8080");
      }
      this.server = server;
    }

    /** Token that the server wants off loopback. Default: none. */
    public Builder token(String text) {
      token = text;
      return this;
    }

    /** How long connecting may take. Default: 10 s. Not with {@link #httpClient}. */
    public Builder connectTime(Duration time) {
      connectTime = time;
      return this;
    }

    /** How long an answer may take, beside the wait that it was asked for. Default: 30 s. */
    public Builder answerTime(Duration time) {
      answerTime = time;
      return this;
    }

    /** How long {@link StockadeClient#store} may take. Default: 30 min. */
    public Builder uploadTime(Duration time) {
      uploadTime = time;
      return this;
    }

    /**
     * How often in a row waiting for a job, and its events, are tried when there is no answer, or
     * one with 429 or 503. Nothing that changes something is tried twice.
     *
     * @param count default: 10
     * @param between the pause, where the server does not ask for another. Default: 1 s
     */
    public Builder attempts(int count, Duration between) {
      attempts = count;
      pause = between;
      return this;
    }

    /** What sends the requests, where a proxy or certificates of one's own are needed. */
    public Builder httpClient(HttpClient client) {
      http = client;
      return this;
    }

    public StockadeClient build() {
      return new StockadeClient(this);
    }
  }
}
