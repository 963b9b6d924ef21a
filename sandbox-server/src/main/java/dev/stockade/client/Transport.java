package dev.stockade.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Requests to one server, and what comes of them. */
final class Transport {
  private static final String JOBS = "/v1/jobs";

  private final HttpClient http;
  private final String server;
  private final @Nullable String token;
  private final Duration answerTime;

  /**
   * @param answerTime after which an answer is not waited for any more
   */
  Transport(HttpClient http, URI server, @Nullable String token, Duration answerTime) {
    this.http = http;
    this.server = server.toString().replaceFirst("/+$", "");
    this.token = token;
    this.answerTime = answerTime;
  }

  HttpRequest get(String path) {
    return request(path).build();
  }

  /** A question for a job that is answered when it has ended, or the wait is over. */
  HttpRequest await(String id, Duration wait) {
    return request(job(id) + waiting(wait)).timeout(answerTime.plus(wait)).build();
  }

  HttpRequest delete(String path) {
    return request(path).DELETE().build();
  }

  /** A new job, answered when it has ended, or the wait is over; at once without one. */
  HttpRequest post(JobRequest job, Duration wait) {
    return request(JOBS + (wait.isZero() ? "" : waiting(wait)))
        .timeout(answerTime.plus(wait))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(job.json()))
        .build();
  }

  /** A body of any length, which may take its time. */
  HttpRequest put(String path, BodyPublisher body, Duration atMost) {
    return request(path).timeout(atMost).PUT(body).build();
  }

  /** An answer that goes on; the time for it is that for its beginning. */
  HttpRequest events(String id, long after) {
    HttpRequest.Builder request =
        request(job(id) + "/events").header("Accept", "text/event-stream");
    return (after > 0 ? request.header("Last-Event-ID", Long.toString(after)) : request).build();
  }

  static String job(String id) {
    return JOBS + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
  }

  private static String waiting(Duration wait) {
    return "?wait=" + wait.toMillis() + "ms";
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path)).timeout(answerTime);
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  /**
   * Sends a request and reads the answer.
   *
   * @throws ProblemException when the answer is one
   * @throws IOException when none came, or it is not as the contract has it
   */
  <T> T send(HttpRequest request, Function<JsonObject, T> read)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
    try {
      return read(response, read);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The same, without a thread that waits. */
  <T> CompletableFuture<T> sendAsync(HttpRequest request, Function<JsonObject, T> read) {
    return http.sendAsync(request, BodyHandlers.ofByteArray())
        .thenApply(response -> read(response, read));
  }

  private static <T> T read(HttpResponse<byte[]> response, Function<JsonObject, T> read) {
    if (response.statusCode() >= 300) {
      throw problem(response, response.body());
    }
    return read.apply(JsonObject.parse(response.body()));
  }

  /**
   * Opens an answer that goes on; {@code null} when there is none to come.
   *
   * @throws ProblemException when the answer is one
   */
  @Nullable InputStream open(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
    if (response.statusCode() == 200) {
      return response.body();
    }
    try (InputStream body = response.body()) {
      byte[] bytes = body.readAllBytes();
      if (response.statusCode() == 204) {
        return null;
      }
      throw problem(response, bytes);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static RuntimeException problem(HttpResponse<?> response, byte[] body) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    if (!type.startsWith("application/problem+json")) {
      return new UncheckedIOException(
          new IOException(
              response.uri()
                  + " answers with "
                  + response.statusCode()
                  + ", as no job server does"));
    }
    return new ProblemException(
        JobReader.problem(JsonObject.parse(body)),
        response.headers().firstValue("Retry-After").map(Transport::seconds).orElse(null));
  }

  private static Duration seconds(String header) {
    try {
      return Duration.ofSeconds(Long.parseLong(header));
    } catch (NumberFormatException e) {
      throw JsonObject.bad("Retry-After", "is " + header);
    }
  }
}
