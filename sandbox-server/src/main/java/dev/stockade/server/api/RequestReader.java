package dev.stockade.server.api;

import dev.stockade.core.policy.Durations;
import dev.stockade.server.access.Caller;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.NotReadyException;
import dev.stockade.server.job.StoredFiles;
import dev.stockade.server.job.Submission;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestUtils;
import io.vertx.openapi.validation.ValidatableRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request apart before the contract sees it: query parameters, body, the job in it. What it
 * refuses, it refuses with the field at fault.
 */
final class RequestReader implements RequestExtractor {
  private static final String JOBS = "stockade.jobs";
  private static final String SHARE = "stockade.share";
  private static final String WAIT = "stockade.wait";
  private static final String JSON = "application/json";

  /** What {@code curl -d} sends when it is not told otherwise. */
  private static final String CURL_DEFAULT = "application/x-www-form-urlencoded";

  static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** What is behind it for each job has room in 255. */
  private static final int LONGEST_KEY_OF_BATCH = 250;

  private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");
  private static final Pattern ID = Pattern.compile("[0-9a-f]+");
  private static final int MAX_WAIT_LENGTH = 64;

  /** A body that an event loop parses in some ten microseconds, less than a handover. */
  private static final int SMALL_BYTES = 16 * 1024;

  private final Vertx vertx;
  private final BodyReader bodies;
  private final Languages languages;
  private final JobParser parser;
  private final StoredFiles files;
  private final StoreThreads storeThreads;
  private final JobSchema schema;
  private final JobSchema batchSchema;
  private final Duration maxWait;

  /**
   * @param schema of a job, used by this event loop alone
   * @param batchSchema of several jobs, used by this event loop alone
   */
  RequestReader(
      Vertx vertx,
      BodyReader bodies,
      Languages languages,
      JobParser parser,
      StoredFiles files,
      JobSchema schema,
      JobSchema batchSchema,
      Duration maxWait) {
    this.batchSchema = batchSchema;
    this.vertx = vertx;
    this.bodies = bodies;
    this.languages = languages;
    this.parser = parser;
    this.files = files;
    this.storeThreads = StoreThreads.ofJobs(vertx);
    this.schema = schema;
    this.maxWait = maxWait;
  }

  /** The job of a request that has passed. */
  static Submission jobOf(RoutingContext context) {
    return jobsOf(context).get(0);
  }

  /** The jobs of a request that has passed. */
  static List<Submission> jobsOf(RoutingContext context) {
    return context.get(JOBS);
  }

  /**
   * Takes over the share of the budget that the request's body holds; the caller has to close it.
   */
  static ByteBudget.Share takeShare(RoutingContext context) {
    return context.remove(SHARE);
  }

  /** How long the client will wait; zero when it will not. */
  static Duration waitOf(RoutingContext context) {
    return context.get(WAIT, Duration.ZERO);
  }

  /** Takes apart a request without a body; the contract then sees it as well. */
  @Override
  public Future<ValidatableRequest> extractValidatableRequest(
      RoutingContext context, Operation operation) {
    try {
      requireId(context);
      if (context.pathParam(ContentReader.SHA256) != null) {
        FileHandlers.nameOf(context);
      }
      readQuery(context, operation);
      return RequestUtils.extract(context.request(), operation);
    } catch (RuntimeException refused) {
      return Future.failedFuture(refused);
    }
  }

  /** Checks a query that the next handler reads by itself. */
  void readQueryOnly(RoutingContext context, Operation operation) {
    readQuery(context, operation);
    context.next();
  }

  /** Takes apart the request that brings a job, body and all, and goes on to its next handler. */
  void readJob(RoutingContext context, Operation operation) {
    readJobs(context, operation, schema, Integer.MAX_VALUE, this::one);
  }

  /** As {@link #readJob}, of one that brings several. */
  void readBatch(RoutingContext context, Operation operation) {
    readJobs(context, operation, batchSchema, LONGEST_KEY_OF_BATCH, this::batch);
  }

  /** Makes jobs of a body. */
  private interface JobsReader {
    List<Submission> read(byte[] body, JsonObject json, Sender sender);
  }

  private void readJobs(
      RoutingContext context,
      Operation operation,
      JobSchema itsSchema,
      int longestKey,
      JobsReader reader) {
    readQuery(context, operation);
    requireJson(context);
    Caller caller = TokenGuard.callerOf(context);
    Sender sender = new Sender(nameOf(caller), idempotencyKey(context));
    if (sender.key() != null && sender.key().length() > longestKey) {
      throw new ProblemException(
          Problem.badRequest(
              IDEMPOTENCY_KEY, "of a batch has at most " + longestKey + " characters"));
    }
    bodies
        .read(context)
        .compose(
            body -> {
              keepShare(context, body.share());
              return parseWhenKnown(body.bytes(), sender, itsSchema, reader);
            })
        .onSuccess(
            jobs -> {
              context.put(JOBS, jobs);
              context.next();
            })
        .onFailure(context::fail);
  }

  /** Whose jobs they are that somebody sends. */
  static String nameOf(@Nullable Caller caller) {
    return caller == null ? "" : caller.name();
  }

  private static @Nullable String idempotencyKey(RoutingContext context) {
    List<String> keys = context.request().headers().getAll(IDEMPOTENCY_KEY);
    if (keys.isEmpty()) {
      return null;
    }
    if (keys.size() > 1) {
      throw new ProblemException(Problem.badRequest(IDEMPOTENCY_KEY, "is there more than once"));
    }
    if (!KEY.matcher(keys.get(0)).matches()) {
      throw new ProblemException(
          Problem.badRequest(IDEMPOTENCY_KEY, "is 1 to 255 visible characters of ASCII"));
    }
    return keys.get(0);
  }

  /**
   * Who sends a job.
   *
   * @param name of its token; empty without one
   * @param key its own name of the job; {@code null} without one
   */
  private record Sender(String name, @Nullable String key) {}

  /** Parses; a job of a language waits for the languages to be looked for, however it is asked. */
  private Future<List<Submission>> parseWhenKnown(
      Buffer bytes, Sender sender, JobSchema itsSchema, JobsReader reader) {
    return parse(bytes, sender, itsSchema, reader)
        .recover(
            failure ->
                failure instanceof NotReadyException
                    ? Waits.forLanguages(vertx, languages)
                        .compose(searched -> parse(bytes, sender, itsSchema, reader))
                    : Future.failedFuture(failure));
  }

  /** Looks up the stored files that a body refers to, where that takes time, and parses it. */
  private Future<List<Submission>> parse(
      Buffer bytes, Sender sender, JobSchema itsSchema, JobsReader reader) {
    return lookUp(bytes).compose(known -> parseHere(bytes, sender, itsSchema, reader));
  }

  private Future<Void> lookUp(Buffer bytes) {
    byte[] body = bytes.getBytes();
    boolean small = body.length <= SMALL_BYTES;
    if (!files.areShared() || (small && !StoredReferences.mayBeIn(body))) {
      return Future.succeededFuture();
    }
    return storeThreads.run(
        () -> {
          StoredReferences.lookUp(files, body);
          return null;
        });
  }

  /** Parses a small body at once, a large one on a worker thread. */
  private Future<List<Submission>> parseHere(
      Buffer bytes, Sender sender, JobSchema itsSchema, JobsReader reader) {
    if (bytes.length() > SMALL_BYTES) {
      return vertx.executeBlocking(
          () -> parseNow(bytes, sender, itsSchema.another(), reader), false);
    }
    try {
      return Future.succeededFuture(parseNow(bytes, sender, itsSchema, reader));
    } catch (RuntimeException refused) {
      return Future.failedFuture(refused);
    }
  }

  /** The contract has the last word, though it should refuse nothing that the parser took. */
  private static List<Submission> parseNow(
      Buffer bytes, Sender sender, JobSchema schemaOfThread, JobsReader reader) {
    byte[] body = bytes.getBytes();
    JsonObject json = StrictJson.decode(body);
    List<Submission> jobs = reader.read(body, json, sender);
    schemaOfThread.check(json);
    return jobs;
  }

  private List<Submission> one(byte[] body, JsonObject json, Sender sender) {
    JobRequest job = parser.parse(json);
    int priority = json.getInteger(JobParser.PRIORITY, 0);
    return List.of(
        new Submission(
            job, body, priority, sender.name(), sender.key(), JobParser.callbackOf(json)));
  }

  private List<Submission> batch(byte[] body, JsonObject json, Sender sender) {
    return new BatchParser(parser).parse(json, sender.name(), sender.key());
  }

  /** Gives the share back when the request ends, unless someone has taken it over. */
  private static void keepShare(RoutingContext context, ByteBudget.Share share) {
    context.put(SHARE, share);
    context.addEndHandler(
        end -> {
          ByteBudget.Share left = context.get(SHARE);
          if (left != null) {
            left.close();
          }
        });
  }

  /** What no job's id can be is the id of no job; the contract would call it a bad request. */
  private static void requireId(RoutingContext context) {
    String id = context.pathParam("id");
    if (id != null && !ID.matcher(id).matches()) {
      throw new ProblemException(Problem.noSuchJob());
    }
  }

  private void readQuery(RoutingContext context, Operation operation) {
    FieldErrors errors = new FieldErrors();
    MultiMap query = context.queryParams();
    Set<String> known = queryNames(operation);
    for (String name : query.names()) {
      if (!known.contains(name)) {
        errors.add(
            Shown.plain(name),
            "is not a query parameter here; "
                + (known.isEmpty() ? "there are none" : "there are: " + String.join(", ", known)));
      } else if (query.getAll(name).size() > 1) {
        errors.add(name, "is there more than once");
      }
    }
    errors.throwIfAny();
    if (known.contains("wait") && query.contains("wait")) {
      context.put(WAIT, parseWait(query.get("wait")));
    }
  }

  private static Set<String> queryNames(Operation operation) {
    Set<String> names = new TreeSet<>();
    for (Parameter parameter : operation.getParameters()) {
      if (parameter.getIn() == Location.QUERY) {
        names.add(parameter.getName());
      }
    }
    return names;
  }

  private Duration parseWait(String text) {
    if (text.length() > MAX_WAIT_LENGTH) {
      throw badWait("has " + text.length() + " characters; write it as in \"10s\"");
    }
    Duration wait;
    try {
      wait = Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw badWait(String.valueOf(e.getMessage()));
    }
    if (wait.compareTo(maxWait) > 0) {
      throw badWait(
          Durations.render(wait) + " is above the ceiling of " + Durations.render(maxWait));
    }
    return wait;
  }

  private static ProblemException badWait(String message) {
    return new ProblemException(Problem.badRequest("wait", message));
  }

  private static void requireJson(RoutingContext context) {
    String header = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    if (header == null) {
      return;
    }
    List<String> parts = List.of(header.toLowerCase(Locale.ROOT).replace(" ", "").split(";", -1));
    boolean json = parts.get(0).equals(JSON) || parts.get(0).equals(CURL_DEFAULT);
    boolean utf8 =
        parts.stream()
            .filter(part -> part.startsWith("charset="))
            .allMatch(part -> part.replace("\"", "").equals("charset=utf-8"));
    if (!json || !utf8) {
      throw new ProblemException(Problem.notJson(header));
    }
  }
}
