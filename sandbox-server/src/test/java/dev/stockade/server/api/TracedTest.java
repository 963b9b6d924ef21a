package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static dev.stockade.server.api.ServerFixture.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.StockadeServer;
import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Traces;
import dev.stockade.server.store.Stores;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a collector of traces is told, in protobuf, of which these look for what must be there. */
class TracedTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer collector =
      vertx
          .createHttpServer()
          .requestHandler(
              request ->
                  request
                      .body()
                      .onSuccess(
                          body -> {
                            told.add(body.toString(StandardCharsets.ISO_8859_1));
                            request.response().end();
                          }))
          .listen(0, "127.0.0.1")
          .await();

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + collector.actualPort() + "/v1/traces");
  }

  private static StockadeServer.Services services(Traces traces) {
    return new StockadeServer.Services(
        new TestRunner(),
        TestLanguage.ALL,
        PolicyCatalog.shipped(),
        () -> null,
        Stores::inMemory,
        new Metrics(),
        ActivityLog.OFF,
        traces);
  }

  @Test
  void aRequestIsOfItsClientsTraceAndLinkedToItsJobs() {
    try (Traces traces = Traces.to(url());
        ServerFixture server = new ServerFixture(services(traces))) {
      Answer answer =
          await(
              server.begin(
                  HttpMethod.POST,
                  "/v1/jobs?wait=60s",
                  command("cat").put("stdin", "x").toBuffer(),
                  request ->
                      request
                          .putHeader("Content-Type", "application/json")
                          .putHeader("traceparent", "00-" + TRACE + "-" + SPAN + "-01")));
      String job = answer.json().getString("id");
      eventually("the request and the job are told", () -> has("POST /v1/jobs") && has("queue"));
      assertTrue(has(bytes(TRACE)) && has(bytes(SPAN)), "the client's trace");
      assertTrue(has(bytes(job)), "the job's id");
      assertTrue(has("stockade.verdict") && has("service.name"), "attributes");
    }
  }

  @Test
  void aCollectorThatIsNotThereHoldsUpNobody() {
    collector.close().await();
    try (Traces traces = Traces.to(url());
        ServerFixture server = new ServerFixture(services(traces))) {
      server.post("/v1/jobs?wait=60s", command("cat").put("stdin", "x")).job(200, "done");
    }
  }

  private boolean has(String text) {
    return told.stream().anyMatch(body -> body.contains(text));
  }

  private static String bytes(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
  }
}
