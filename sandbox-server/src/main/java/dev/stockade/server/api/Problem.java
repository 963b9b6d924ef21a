package dev.stockade.server.api;

import dev.stockade.server.access.Role;
import dev.stockade.server.job.JobError;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error for a client, as RFC 9457 has it.
 *
 * @param name last part of {@code type}, which clients program against
 * @param errors the parts of the request at fault; empty when it is not the request
 * @param job id of the job that failed; {@code null} when there is none
 * @param headers sent along
 */
record Problem(
    String name,
    String title,
    int status,
    String detail,
    List<FieldError> errors,
    @Nullable String job,
    Map<String, String> headers) {
  static final String CONTENT_TYPE = "application/problem+json";
  private static final String TYPE_PREFIX = "urn:stockade:problem:";

  /** Long enough for a short job to end, short enough not to leave workers idle. */
  private static final String RETRY_AFTER_SECONDS = "1";

  Problem {
    errors = List.copyOf(errors);
  }

  private static Problem of(String name, String title, int status, String detail) {
    return new Problem(name, title, status, detail, List.of(), null, Map.of());
  }

  private Problem with(String header, String value) {
    return new Problem(name, title, status, detail, errors, job, Map.of(header, value));
  }

  static Problem badRequest(List<FieldError> errors) {
    FieldError first = errors.get(0);
    return new Problem(
        "invalid-request",
        "The request cannot be run as it stands",
        400,
        first.field() + ": " + first.message(),
        errors,
        null,
        Map.of());
  }

  static Problem badRequest(String field, String message) {
    return badRequest(List.of(new FieldError(field, message)));
  }

  static Problem malformed(String detail) {
    return malformed(400, detail);
  }

  static Problem malformed(int status, String detail) {
    return of("malformed-request", "The request is not proper HTTP", status, detail);
  }

  static Problem unauthorized() {
    return of(
            "token-needed",
            "A token is needed",
            401,
            "send the header Authorization: Bearer TOKEN with a token of this server")
        .with("WWW-Authenticate", "Bearer realm=\"stockade\"");
  }

  static Problem roleNeeded(Role role) {
    return of(
        "role-needed",
        "The token is not for this",
        403,
        "this needs a token with the role "
            + (role == Role.ADMIN ? "" : role.word() + " or ")
            + Role.ADMIN.word());
  }

  static Problem tooManyRequests(int perMinute, Duration wait) {
    return of(
            "rate-limited",
            "The token has sent too many requests",
            429,
            "this token may send " + perMinute + " requests in a minute")
        .with("Retry-After", String.valueOf(Math.max(1, wait.plusMillis(999).toSeconds())));
  }

  static Problem tooManyUnfinished(int most) {
    return of(
            "too-many-unfinished",
            "The token has too many unfinished jobs",
            429,
            "this token may have " + most + " jobs waiting or running at one time")
        .with("Retry-After", RETRY_AFTER_SECONDS);
  }

  static Problem forbidden(String detail) {
    return of("forbidden-origin", "The request may not come from there", 403, detail);
  }

  static Problem noSuchJob() {
    return of(
        "no-such-job",
        "There is no such job",
        404,
        "no job has this id, or it ended so long ago that it is not kept any more");
  }

  static Problem noSuchPolicy() {
    return of(
        "no-such-policy",
        "There is no such policy",
        404,
        "this server has no policy of this name; GET /v1/policies lists them");
  }

  static Problem noSuchFile() {
    return of(
        "no-such-file",
        "There is no such file",
        404,
        "no file with this hash is stored, or it was not used for so long that it is gone");
  }

  static Problem fileHeld() {
    return of(
        "file-in-use",
        "The file is in use",
        409,
        "a job that waits or runs refers to it, or it is being stored");
  }

  static Problem fileTooLarge(String why) {
    return of("body-too-large", "The body is too large", 413, why);
  }

  static Problem otherHash(String why) {
    FieldError error = new FieldError(ContentReader.SHA256, why);
    return new Problem(
        "other-hash",
        "The body has another hash",
        422,
        error.field() + ": " + error.message(),
        List.of(error),
        null,
        Map.of());
  }

  static Problem filesFull(String why) {
    return of("files-full", "There is no room for the file", 507, why);
  }

  static Problem tooManyUploads(String why) {
    return of("too-many-uploads", "Too many files are coming in", 429, why)
        .with("Retry-After", RETRY_AFTER_SECONDS);
  }

  static Problem noSuchPath(String path) {
    return of("no-such-path", "There is nothing at this path", 404, "nothing at " + Shown.of(path));
  }

  static Problem methodNotAllowed(String allowed) {
    return of(
            "method-not-allowed",
            "The path does not have this method",
            405,
            "the methods of this path are: " + allowed)
        .with("Allow", allowed);
  }

  static Problem bodyTooSlow(String time) {
    return of(
        "body-timeout",
        "The body did not arrive in time",
        408,
        "the whole body must come within " + time);
  }

  static Problem bodyTooLarge(String ceiling) {
    return of("body-too-large", "The body is too large", 413, "a body has at most " + ceiling);
  }

  static Problem notJson(String contentType) {
    return of(
        "not-json",
        "The body is not JSON in UTF-8",
        415,
        "the content type " + Shown.of(contentType) + " is not application/json");
  }

  static Problem tooManyJobs(String detail) {
    return of("queue-full", "The server has too much to do", 429, detail)
        .with("Retry-After", RETRY_AFTER_SECONDS);
  }

  static Problem keyReused(String message) {
    FieldError error = new FieldError(RequestReader.IDEMPOTENCY_KEY, message);
    return new Problem(
        "key-reused",
        "The idempotency key belongs to another request",
        422,
        error.field() + ": " + error.message(),
        List.of(error),
        null,
        Map.of());
  }

  static Problem storeUnavailable() {
    return of(
            "store-unavailable",
            "The store cannot be reached",
            503,
            "nothing was accepted; the server's log says more")
        .with("Retry-After", RETRY_AFTER_SECONDS);
  }

  static Problem tooManyWatchers() {
    return of(
            "too-many-watchers",
            "The job is watched by too many",
            429,
            "the job has as many streams of events as it may have at one time")
        .with("Retry-After", RETRY_AFTER_SECONDS);
  }

  static Problem tooManySessions(int most) {
    return of(
            "too-many-sessions",
            "Too many sessions are open",
            429,
            "the server has " + most + " sessions open at one time")
        .with("Retry-After", RETRY_AFTER_SECONDS);
  }

  static Problem upgradeNeeded() {
    return of(
            "upgrade-needed",
            "A session is a WebSocket",
            426,
            "the request must ask for Upgrade: websocket, with Sec-WebSocket-Version: 13")
        .with("Upgrade", "websocket")
        .with("Sec-WebSocket-Version", "13");
  }

  static Problem draining() {
    return of(
        "shutting-down",
        "The server is shutting down",
        503,
        "the server takes no more jobs; those it has are worked off");
  }

  static Problem notReady(String why) {
    return of("not-ready", "The server is not ready for this yet", 503, why)
        .with("Retry-After", RETRY_AFTER_SECONDS);
  }

  static Problem internal() {
    return of(
        "internal-error",
        "SANDBOX_ERROR: a fault of the server, not of the program",
        500,
        "the server's log says more");
  }

  static Problem ofJob(JobError error, @Nullable String job) {
    return switch (error.kind()) {
      case INVALID_REQUEST -> {
        String field = error.field() == null ? "body" : error.field();
        yield badRequest(field, error.message()).about(job);
      }
      case HOST_UNSUPPORTED ->
          of(
                  "host-unsupported",
                  "SANDBOX_ERROR: the host cannot give what the policy promises",
                  503,
                  error.message())
              .about(job);
      case SANDBOX_ERROR ->
          of(
                  "sandbox-error",
                  "SANDBOX_ERROR: a fault of the sandbox, not of the program",
                  500,
                  error.message())
              .about(job);
    };
  }

  private Problem about(@Nullable String id) {
    return new Problem(name, title, status, detail, errors, id, headers);
  }

  JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("type", TYPE_PREFIX + name)
            .put("title", title)
            .put("status", status)
            .put("detail", detail);
    if (!errors.isEmpty()) {
      json.put("field", errors.get(0).field());
      JsonArray all = new JsonArray();
      errors.forEach(
          error ->
              all.add(
                  new JsonObject().put("field", error.field()).put("message", error.message())));
      json.put("errors", all);
    }
    if (job != null) {
      json.put("job", job);
    }
    return json;
  }
}
