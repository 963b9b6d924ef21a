package dev.stockade.server.bench;

import dev.stockade.core.SandboxOptions;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.ServerConfig;
import dev.stockade.server.StockadeServer;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.worker.CompileCache;
import dev.stockade.server.worker.SandboxJobRunner;
import dev.stockade.server.worker.Sandboxes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The job server, in this JVM and on loopback: each lane is one connection that stays open. */
final class Served implements Contestant {
  static final String NAME = "HTTP, one kept-alive connection";

  private final Policy policy;
  private final Sandboxes sandboxes;
  private final StockadeServer server;

  Served(Policy policy) {
    this.policy = policy;
    // The readiness check of the server runs under the policy of this name.
    List<Policy> policies =
        List.of(policy, Confined.with(policy, "default", policy.hostname(), policy.binds()));
    PolicyCatalog catalog = () -> policies;
    Languages none = List::of;
    this.sandboxes = new Sandboxes(catalog, SandboxOptions.defaults());
    sandboxes.open(policy.name());
    this.server =
        StockadeServer.start(
            ServerConfig.defaults().withPort(0),
            new StockadeServer.Services(
                new SandboxJobRunner(sandboxes, none, CompileCache.off()),
                none,
                catalog,
                () -> null));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Lane enter(Workload workload) throws CannotCompeteException {
    String body =
        new JsonObject()
            .put("command", new JsonArray(workload.inside()))
            .put("policy", policy.name())
            .encode();
    try {
      HttpConnection connection = HttpConnection.open("127.0.0.1", server.port());
      HttpLane lane = new HttpLane(connection, body);
      lane.run();
      return lane;
    } catch (IOException e) {
      throw new CannotCompeteException(e.toString());
    }
  }

  private static final class HttpLane implements Lane {
    private static final String FINE = "\"verdict\":\"OK\"";

    private final HttpConnection connection;
    private final byte[] request;

    HttpLane(HttpConnection connection, String body) {
      this.connection = connection;
      this.request =
          HttpConnection.post("/v1/jobs?wait=30s", body).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void run() throws CannotCompeteException {
      try {
        String answer = connection.exchange(request);
        if (!answer.contains(FINE)) {
          throw new CannotCompeteException("the server answered " + answer);
        }
      } catch (IOException e) {
        throw new CannotCompeteException(e.toString());
      }
    }

    @Override
    public void close() {
      connection.close();
    }
  }

  @Override
  public void close() {
    server.close();
    sandboxes.close();
  }
}
