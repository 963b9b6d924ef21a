package dev.stockade.server.bench;

import dev.stockade.core.policy.Policy;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A go-judge that runs somewhere: {@code POST /run} over connections that stay open. */
final class GoJudge implements Contestant {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int OUTPUT_BYTES = 10_240;

  private final Policy policy;
  private final @Nullable URI address;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * @param address for example {@code http://127.0.0.1:5050}; {@code null} when there is none
   */
  GoJudge(Policy policy, @Nullable URI address) {
    this.policy = policy;
    this.address = address;
  }

  @Override
  public String name() {
    return "go-judge";
  }

  @Override
  public Lane enter(Workload workload) throws CannotCompeteException {
    if (address == null) {
      throw new CannotCompeteException("no address: give --go-judge URL");
    }
    if (workload.inside().get(0).startsWith(Workloads.INSIDE)) {
      throw new CannotCompeteException("does not see files of this host");
    }
    URI run = URI.create(address.toString().replaceAll("/+$", "") + "/run");
    Lane lane = new JudgeLane(run, body(workload).encode());
    lane.run();
    return lane;
  }

  /** The job, with the policy's limits; times in nanoseconds. */
  private JsonObject body(Workload workload) {
    JsonArray environment = new JsonArray();
    policy.environment().forEach((name, value) -> environment.add(name + "=" + value));
    JsonArray files =
        new JsonArray()
            .add(new JsonObject().put("content", ""))
            .add(new JsonObject().put("name", "stdout").put("max", OUTPUT_BYTES))
            .add(new JsonObject().put("name", "stderr").put("max", OUTPUT_BYTES));
    JsonObject command =
        new JsonObject()
            .put("args", new JsonArray(workload.inside()))
            .put("env", environment)
            .put("files", files)
            .put("cpuLimit", policy.limits().cpuTime().toNanos())
            .put("clockLimit", policy.limits().wallTime().toNanos())
            .put("memoryLimit", policy.limits().memory().bytes())
            .put("procLimit", policy.limits().pids());
    return new JsonObject().put("cmd", new JsonArray().add(command));
  }

  private final class JudgeLane implements Lane {
    private final HttpRequest request;
    private final List<List<String>> commands;

    JudgeLane(URI run, String body) {
      this.request =
          HttpRequest.newBuilder(run)
              .timeout(TIMEOUT)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(body))
              .build();
      this.commands =
          List.of(
              List.of("curl", "-H", "Content-Type: application/json", "-d", body, run.toString()));
    }

    @Override
    public void run() throws CannotCompeteException {
      HttpResponse<String> answer;
      try {
        answer = client.send(request, BodyHandlers.ofString());
      } catch (IOException e) {
        throw new CannotCompeteException(request.uri() + " does not answer: " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CannotCompeteException("interrupted");
      }
      if (answer.statusCode() != 200 || !isAccepted(answer.body())) {
        throw new CannotCompeteException(
            request.uri()
                + " answered "
                + answer.statusCode()
                + " "
                + Words.lastLine(answer.body()));
      }
    }

    @Override
    public List<List<String>> commands() {
      return commands;
    }

    @Override
    public String differences() {
      return "its own files and filter; over HTTP";
    }

    @Override
    public boolean cpuIsKnown() {
      return false;
    }
  }

  /** {@code [{"status":"Accepted","exitStatus":0,…}]}. */
  static boolean isAccepted(String body) {
    try {
      JsonArray results = new JsonArray(body);
      return results.size() == 1
          && results.getValue(0) instanceof JsonObject result
          && "Accepted".equals(result.getValue("status"));
    } catch (DecodeException e) {
      return false;
    }
  }
}
