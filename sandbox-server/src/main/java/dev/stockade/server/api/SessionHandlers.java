package dev.stockade.server.api;

import dev.stockade.server.access.Caller;
import dev.stockade.server.job.AttendedJob;
import dev.stockade.server.job.FilesGoneException;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.NotReadyException;
import dev.stockade.server.job.StoredFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sessions: programs that their clients attend over a WebSocket while they run. */
public final class SessionHandlers {
  /** The WebSocket subprotocol, RFC 6455 section 1.9. */
  public static final String PROTOCOL = "stockade.v1";

  /** The longest message, and frame, of a client. */
  public static final int MESSAGE_BYTES = 1 << 20;

  /** Of the WebSocket protocol, RFC 6455 section 4.1. */
  private static final String VERSION = "13";

  /** Where sessions begin. */
  static final String PATH = "/v1/sessions";

  /** At one time: each may hold a message that has not come to its end. */
  static final int MOST_OPEN = 64;

  /** A message that an event loop parses in some ten microseconds, less than a handover. */
  private static final int SMALL_BYTES = 16 * 1024;

  private final Vertx vertx;
  private final JobHandlers jobs;
  private final SessionParser parser;
  private final Languages languages;
  private final StoredFiles files;
  private final StoreThreads fileThreads;
  private final SessionSchemas schemas;
  private final ByteBudget budget;
  private final Bounds bounds;
  private final Semaphore places;
  private final HeadDeadlines heads;

  /**
   * @param schemas used by this event loop alone
   * @param places {@link #MOST_OPEN} for all event loops together
   * @param bounds of size and time of the first message
   */
  SessionHandlers(
      Vertx vertx,
      JobHandlers jobs,
      SessionParser parser,
      Languages languages,
      StoredFiles files,
      SessionSchemas schemas,
      ByteBudget budget,
      Bounds bounds,
      Semaphore places,
      HeadDeadlines heads) {
    this.vertx = vertx;
    this.jobs = jobs;
    this.parser = parser;
    this.languages = languages;
    this.files = files;
    this.fileThreads = StoreThreads.ofFiles(vertx);
    this.schemas = schemas;
    this.budget = budget;
    this.bounds = bounds;
    this.places = places;
    this.heads = heads;
  }

  void open(RoutingContext context) {
    HttpServerRequest request = context.request();
    requireUpgrade(request);
    if (!places.tryAcquire()) {
      throw new ProblemException(Problem.tooManySessions(MOST_OPEN));
    }
    Caller caller = TokenGuard.callerOf(context);
    request
        .toWebSocket()
        .onSuccess(
            socket -> {
              RequestTrace.upgraded(context);
              heads.upgraded(request.connection());
              Session session = new Session(this, vertx, request.connection(), socket, caller);
              session.start(places::release);
            })
        .onFailure(
            refused -> {
              places.release();
              context.fail(
                  new ProblemException(
                      Problem.malformed("the upgrade failed: " + refused.getMessage())));
            });
  }

  /**
   * Refuses what Vert.x would answer without a problem, and a body, for whose end it would wait
   * however long that takes, with a place taken.
   */
  private static void requireUpgrade(HttpServerRequest request) {
    if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))
        || !VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
      throw new ProblemException(Problem.upgradeNeeded());
    }
    String connection = request.getHeader(HttpHeaders.CONNECTION);
    if (connection == null || !connection.toLowerCase(Locale.ROOT).contains("upgrade")) {
      throw new ProblemException(Problem.malformed("Connection does not say Upgrade"));
    }
    if (request.getHeader("Sec-WebSocket-Key") == null) {
      throw new ProblemException(Problem.malformed("there is no Sec-WebSocket-Key"));
    }
    if (BodyReader.announcedLength(request) != 0
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
      throw new ProblemException(Problem.malformed("what becomes a WebSocket has no body"));
    }
  }

  JobHandlers jobs() {
    return jobs;
  }

  ByteBudget budget() {
    return budget;
  }

  Bounds bounds() {
    return bounds;
  }

  /** Reads a first message; a job of a language waits for the languages to be looked for. */
  Future<SessionParser.First> readFirst(String message) {
    return readFirstNow(message)
        .recover(
            failure ->
                failure instanceof NotReadyException
                    ? Waits.forLanguages(vertx, languages)
                        .compose(searched -> readFirstNow(message))
                    : Future.failedFuture(failure));
  }

  private Future<SessionParser.First> readFirstNow(String message) {
    return bring(message).compose(here -> readFirstHere(message));
  }

  /**
   * Has shared files on this host before the job is there: nobody else knows of a session, and
   * would keep them for it.
   */
  private Future<Void> bring(String message) {
    byte[] body = message.getBytes(StandardCharsets.UTF_8);
    if (!files.areShared() || !StoredReferences.mayBeIn(body)) {
      return Future.succeededFuture();
    }
    return fileThreads.run(
        () -> {
          Set<String> named = StoredReferences.in(body);
          files.lookUp(named);
          Set<String> there =
              named.stream()
                  .filter(sha256 -> files.find(sha256).isPresent())
                  .collect(Collectors.toSet());
          try {
            files.bring(there).close();
          } catch (FilesGoneException deletedMeanwhile) {
            // who reads the message does not find it either, and says so
          }
          return null;
        });
  }

  private Future<SessionParser.First> readFirstHere(String message) {
    if (message.length() > SMALL_BYTES) {
      return vertx.executeBlocking(() -> first(message, schemas.another()), false);
    }
    try {
      return Future.succeededFuture(first(message, schemas));
    } catch (RuntimeException refused) {
      return Future.failedFuture(refused);
    }
  }

  private SessionParser.First first(String message, SessionSchemas ofThread) {
    JsonObject json = decode(message);
    SessionParser.First first = parser.first(json);
    ofThread.checkFirst(json);
    return first;
  }

  /** Reads a later message. */
  SessionParser.Word readWord(String message) {
    JsonObject json = decode(message);
    SessionParser.Word word = parser.word(json);
    schemas.checkLater(json);
    return word;
  }

  private static JsonObject decode(String message) {
    return StrictJson.decode(message.getBytes(StandardCharsets.UTF_8));
  }

  /** Queues the job of a session, counted among the unfinished ones of its token. */
  Job submit(AttendedJob request, @Nullable Caller caller) {
    Runnable leave = JobHandlers.enter(caller, 1);
    Job job;
    try {
      job = jobs.submit(request, RequestReader.nameOf(caller));
    } catch (RuntimeException refused) {
      leave.run();
      throw refused;
    }
    job.beforeEnd(leave);
    return job;
  }

  /** A finished job as a message. */
  Future<Buffer> result(Job.Snapshot job) {
    return jobs.render(job)
        .map(body -> Buffer.buffer("{\"result\":").appendBuffer(body).appendString("}"));
  }
}
