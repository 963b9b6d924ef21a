package dev.stockade.server;

import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.server.access.Callers;
import dev.stockade.server.access.LiveTokens;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.api.Bounds;
import dev.stockade.server.api.HeadDeadlines;
import dev.stockade.server.api.HttpApi;
import dev.stockade.server.api.JsonJobCodec;
import dev.stockade.server.api.SessionHandlers;
import dev.stockade.server.callback.Callbacks;
import dev.stockade.server.files.FileStore;
import dev.stockade.server.files.TemporaryFolder;
import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.JobCancellation;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobStore;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Readiness;
import dev.stockade.server.observe.Traces;
import dev.stockade.server.store.JobQueue;
import dev.stockade.server.store.Stores;
import dev.stockade.server.worker.FilesFirst;
import dev.stockade.server.worker.JobContext;
import dev.stockade.server.worker.JobRunner;
import dev.stockade.server.worker.JobService;
import dev.stockade.server.worker.ObservedRunner;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running job server. Closing it drains it: see {@link #close}. */
public final class StockadeServer implements AutoCloseable {
  /**
   * What the server runs jobs with. Closing it belongs to whoever made it.
   *
   * @param promises whether the sandbox keeps its promises on this host, tried once the first job
   *     has run
   * @param store what accepted jobs are kept in; the server closes it
   */
  public record Services(
      JobRunner runner,
      Languages languages,
      PolicyCatalog policies,
      Readiness.Probe promises,
      Stores.Opener store,
      Metrics metrics,
      ActivityLog log,
      Traces traces) {
    /**
     * Accepted jobs end with the server; it counts for itself, and neither logs nor traces requests
     * and jobs.
     */
    public Services(
        JobRunner runner, Languages languages, PolicyCatalog policies, Readiness.Probe promises) {
      this(
          runner,
          languages,
          policies,
          promises,
          Stores::inMemory,
          new Metrics(),
          ActivityLog.OFF,
          Traces.OFF);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(StockadeServer.class);

  private static final int MOST_EVENT_LOOPS = 4;

  /** How much longer than the longest wait a connection may be silent. */
  private static final Duration IDLE_MARGIN = Duration.ofSeconds(10);

  /** Time for the last answers to be sent once every job has ended. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

  private final ServerConfig config;
  private final TemporaryFolder temporary;
  private final Vertx vertx;
  private final JobQueue queue;
  private final FileStore files;
  private final JobService jobs;
  private final Readiness readiness;
  private final Metrics metrics;
  private final Callbacks callbacks;
  private final Optional<LiveTokens> tokens;
  private final List<HttpServer> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private StockadeServer(ServerConfig config, Services services) {
    this.config = config;
    this.metrics = services.metrics();
    this.tokens = config.tokens().map(path -> new LiveTokens(new TokenFile(path)));
    JobStore.Retention retention =
        new JobStore.Retention(
            config.finishedJobs(), config.finishedAge(), config.finishedBytes().bytes());
    this.queue = services.store().open(retention);
    this.files = orClose(queue, () -> services.store().openFiles(config.files()));
    this.temporary = orClose(queue, services.store()::openTemporary);
    this.jobs =
        new JobService(
            new JobStore(retention, InstantSource.system()),
            queue,
            new JsonJobCodec(services.languages(), services.policies(), files),
            files,
            config.workers(),
            config.queueCapacity(),
            new ObservedRunner(
                new FilesFirst(files, services.runner()),
                metrics,
                services.log(),
                services.traces()));
    metrics.gauge("stockade.jobs.queued", "Jobs that wait for a worker.", jobs::queued);
    metrics.gauge("stockade.workers", "Jobs that can be worked at at one time.", config::workers);
    files.startSweeping(); // the jobs hold what is theirs
    metrics.gauge("stockade.files.bytes", "Bytes of stored files, half ones too.", files::bytes);
    this.vertx = newVertx(temporary.path());
    this.callbacks =
        new Callbacks(vertx, queue, config.edge().callbacks(), JsonJobCodec::asTold, metrics);
    this.readiness = new Readiness(() -> firstTry(services));
  }

  /** Vert.x unpacks files of the class path, and would leave them behind when it is killed. */
  private static Vertx newVertx(Path folder) {
    FileSystemOptions files =
        new FileSystemOptions().setFileCacheDir(folder.resolve("vertx").toString());
    return Vertx.vertx(new VertxOptions().setFileSystemOptions(files));
  }

  private static <T> T orClose(JobQueue queue, Supplier<T> open) {
    try {
      return open.get();
    } catch (RuntimeException e) {
      queue.close();
      throw e;
    }
  }

  /**
   * Starts a server and returns when it listens.
   *
   * @throws ConfigException when it may not listen as configured
   * @throws dev.stockade.server.store.StoreRefusedException when what keeps jobs cannot be used
   * @throws CannotListenException when the port is taken or the address is not this host's
   */
  public static StockadeServer start(ServerConfig config, Services services) {
    InetAddress address = config.bindAddress();
    StockadeServer server = new StockadeServer(config, services);
    try {
      server.listen(address, services);
      return server;
    } catch (CompletionException e) {
      server.close();
      throw new CannotListenException(
          "cannot listen on "
              + config.host()
              + ":"
              + config.port()
              + ": "
              + reasonOf(e)
              + "; choose another with --port or --host",
          e);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static String reasonOf(CompletionException failure) {
    Throwable cause = failure.getCause();
    return cause == null || cause.getMessage() == null ? failure.toString() : cause.getMessage();
  }

  private void listen(InetAddress address, Services services) {
    Bounds bounds =
        new Bounds(config.maxBody(), config.maxHeldInput(), config.bodyTime(), config.maxWait());
    HttpApi.Parts parts =
        new HttpApi.Parts(
            jobs,
            files,
            services.languages(),
            services.policies(),
            readiness,
            metrics,
            services.log(),
            services.traces(),
            bounds,
            tokens.map(Callers.class::cast),
            config.edge().allowedOrigins(),
            config.edge().callbacks().targets(),
            config.edge().tls().isPresent());
    PemKeyCertOptions certificate =
        config.edge().tls().map(tls -> TlsFiles.load(vertx, tls)).orElse(null);
    HttpApi api = HttpApi.create(vertx, parts).await();
    int loops = Math.min(MOST_EVENT_LOOPS, Runtime.getRuntime().availableProcessors());
    vertx
        .deployVerticle(
            () -> new Listener(api, address, certificate),
            new DeploymentOptions().setInstances(loops))
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  /** One event loop's share of the connections. */
  private final class Listener extends VerticleBase implements Deployable {
    private final HttpApi api;
    private final InetAddress address;
    private final @Nullable PemKeyCertOptions certificate;

    Listener(HttpApi api, InetAddress address, @Nullable PemKeyCertOptions certificate) {
      this.certificate = certificate;
      this.api = api;
      this.address = address;
    }

    @Override
    public Future<?> start() {
      HeadDeadlines heads = new HeadDeadlines(vertx, idleTime());
      return vertx
          .createHttpServer(options())
          .connectionHandler(heads::opened)
          .requestHandler(api.handler(vertx, heads))
          .invalidRequestHandler(HttpApi::refuseMalformed)
          .listen(config.port(), address.getHostAddress())
          .onSuccess(listeners::add);
    }

    private HttpServerOptions options() {
      HttpServerOptions options = new HttpServerOptions();
      if (certificate != null) {
        secure(options, certificate);
      }
      return options
          // with it a connection would be known from its first request on: HeadDeadlines
          .setHttp2ClearTextEnabled(false)
          .setMaxWebSocketFrameSize(SessionHandlers.MESSAGE_BYTES)
          .setMaxWebSocketMessageSize(SessionHandlers.MESSAGE_BYTES)
          .setWebSocketSubProtocols(List.of(SessionHandlers.PROTOCOL))
          // a short message would become a long one
          .setPerFrameWebSocketCompressionSupported(false)
          .setPerMessageWebSocketCompressionSupported(false)
          .setIdleTimeout((int) idleTime().toSeconds())
          .setIdleTimeoutUnit(TimeUnit.SECONDS);
    }

    /** How long a connection may be silent, and take for the head of a request. */
    private Duration idleTime() {
      return config.maxWait().plus(IDLE_MARGIN);
    }
  }

  private static void secure(HttpServerOptions options, PemKeyCertOptions certificate) {
    options
        .setSsl(true)
        .setUseAlpn(false)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
        .setKeyCertOptions(certificate);
  }

  /** The TCP port that the server listens on. */
  public int port() {
    return listeners.get(0).actualPort();
  }

  /** Ends when the first job has been tried, which says whether this server is able to work. */
  public CompletionStage<Void> firstTry() {
    return readiness.firstTry();
  }

  /** Jobs that wait for a worker. */
  public int queuedJobs() {
    return jobs.queued();
  }

  private static @Nullable String firstTry(Services services) {
    String whyNot = runFirstJob(services.runner());
    return whyNot == null ? services.promises().run() : whyNot;
  }

  private static @Nullable String runFirstJob(JobRunner runner) {
    CommandJob job =
        new CommandJob(
            List.of("/bin/true".getBytes(StandardCharsets.UTF_8)), "default", JobInput.NONE);
    RunResult result = runner.run(job, JobContext.alone(new JobCancellation())).result();
    return result != null && result.verdict() == Verdict.OK
        ? null
        : "/bin/true under the policy default ended as " + result;
  }

  /**
   * Drains and ends the server: no job is accepted any more, those that run get {@link
   * ServerConfig#drainTime} to end, clients that wait get their answers. What is left over goes
   * back to the store, to be run by the next server; in memory, and where only a client that waits
   * wants it, it is cancelled.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    readiness.close();
    tokens.ifPresent(LiveTokens::close);
    try {
      if (!jobs.drain(config.drainTime())) {
        log.error("some runs could not be ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // a listener that shuts down closes a connection once its answer is sent
    List<Future<Void>> answered =
        listeners.stream()
            .map(listener -> listener.shutdown(LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS))
            .toList();
    Future.join(answered)
        .onFailure(e -> log.warn("some answers were not sent", e))
        .otherwiseEmpty()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    callbacks.close();
    vertx.close().await();
    temporary.close();
    files.close();
    queue.close();
    metrics.close();
  }
}
