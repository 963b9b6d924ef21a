package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.client.JobRequest;
import dev.stockade.client.StockadeClient;
import dev.stockade.server.EdgeConfig;
import dev.stockade.server.callback.CallbackConfig;
import dev.stockade.server.callback.CallbackOrigin;
import dev.stockade.server.callback.CallbackTargets;
import dev.stockade.server.callback.Receiver;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs whose end is told, over HTTP. */
@Timeout(300)
final class CallbackTest {
  private static final String SECRET = "a secret of at least 32 characters";
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static ServerFixture serverThatTells(Receiver receiver) {
    CallbackTargets targets =
        new CallbackTargets(
            Set.of(CallbackOrigin.parse("127.0.0.1")),
            Set.of(CallbackOrigin.parse(receiver.url(""))));
    CallbackConfig config =
        new CallbackConfig(
            targets, SECRET.getBytes(StandardCharsets.UTF_8), CallbackConfig.Schedule.defaults());
    return new ServerFixture(
        ServerFixture.Options.defaults()
            .withEdge(new EdgeConfig(Optional.empty(), Set.of(), config)));
  }

  private static JsonObject withCallback(JsonObject job, String url) {
    return job.copy().put("callback", new JsonObject().put("url", url));
  }

  private static JsonObject delivered(ServerFixture server, String id) throws InterruptedException {
    while (true) {
      JsonObject job = server.get("/v1/jobs/" + id).json();
      if (job.getJsonObject("callback").getString("state").equals("delivered")) {
        return job;
      }
      Thread.sleep(10);
    }
  }

  @Test
  void javaClientAsksForIt() throws Exception {
    try (Receiver receiver = new Receiver(vertx);
        ServerFixture server = serverThatTells(receiver)) {
      StockadeClient client =
          StockadeClient.to(URI.create("http://127.0.0.1:" + server.port())).build();
      JobRequest request =
          JobRequest.command("echo", "a").callback(URI.create(receiver.url("/a"))).build();
      String id = client.run(request).id();
      Receiver.Told told = receiver.next();
      assertEquals("POST /a", told.path());
      assertEquals(id, told.job());
    }
  }

  @Test
  void endOfAJobIsTold() throws InterruptedException {
    try (Receiver receiver = new Receiver(vertx);
        ServerFixture server = serverThatTells(receiver)) {
      JsonObject job = withCallback(ServerFixture.command("echo", "a"), receiver.url("/a"));
      JsonObject first = server.post("/v1/jobs?wait=30s", job).job(200, "done");
      Receiver.Told told = receiver.next();
      assertTrue(told.isSignedWith(SECRET));
      JsonObject said = new JsonObject(told.body());
      assertEquals("OK", said.getString("verdict"));
      assertEquals(first.getString("id"), said.getString("id"));
      assertEquals(first.getJsonObject("result"), said.getJsonObject("result"));
      JsonObject now = delivered(server, told.job());
      assertEquals(
          new JsonObject().put("state", "delivered").put("attempts", 1).put("lastStatus", 200),
          now.getJsonObject("callback"));
      ServerFixture.eventually(
          "it is counted",
          () ->
              String.valueOf(server.get("/metrics").body())
                  .contains("stockade_callbacks_total{outcome=\"delivered\"} 1.0"));
    }
  }

  @Test
  void unfinishedJobSaysThatItWillBeToldAndACancelledOneIsTold() throws InterruptedException {
    try (Receiver receiver = new Receiver(vertx);
        ServerFixture server = serverThatTells(receiver)) {
      JsonObject job = withCallback(ServerFixture.command("block"), receiver.url("/a"));
      JsonArray both =
          server
              .post("/v1/jobs/batch", new JsonObject().put("jobs", new JsonArray().add(job)))
              .json()
              .getJsonArray("jobs");
      String id = both.getJsonObject(0).getString("id");
      JsonObject progress = server.get("/v1/jobs/" + id).json().getJsonObject("callback");
      assertEquals("waiting", progress.getString("state"));
      assertNull(progress.getInteger("lastStatus"));
      server.delete("/v1/jobs/" + id);
      assertEquals("cancelled", new JsonObject(receiver.next().body()).getString("state"));
      JsonObject plain = server.post("/v1/jobs?wait=30s", ServerFixture.command("echo")).json();
      assertNull(plain.getJsonObject("callback"));
    }
  }

  @Test
  void whatMayNotBeToldIsRefused() {
    try (Receiver receiver = new Receiver(vertx);
        ServerFixture server = serverThatTells(receiver);
        ServerFixture silent = new ServerFixture()) {
      JsonObject echo = ServerFixture.command("echo");
      for (String url : new String[] {"https://127.0.0.1/", "https://elsewhere.example/", "x"}) {
        assertEquals(
            "callback.url",
            server.post("/v1/jobs", withCallback(echo, url)).problem(400).getString("field"));
      }
      assertEquals(
          "callback.url: is of no use: this server makes no callbacks (serve --callbacks-to)",
          silent
              .post("/v1/jobs", withCallback(echo, receiver.url("/")))
              .problem(400)
              .getString("detail"));
      JsonObject bare = echo.copy().put("callback", new JsonObject());
      assertEquals("callback.url", server.post("/v1/jobs", bare).problem(400).getString("field"));
      JsonObject text = echo.copy().put("callback", "x");
      assertEquals("callback", server.post("/v1/jobs", text).problem(400).getString("field"));
    }
  }
}
