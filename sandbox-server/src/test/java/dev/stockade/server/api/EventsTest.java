package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobStore;
import dev.stockade.server.job.StoredFiles;
import dev.stockade.server.store.Stores;
import dev.stockade.server.worker.JobRunner;
import dev.stockade.server.worker.JobService;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class EventsTest {
  private static ServerFixture server;

  @BeforeAll
  static void open() {
    server = new ServerFixture();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static String submit(String... command) {
    return server.post("/v1/jobs?wait=30s", command(command)).json().getString("id");
  }

  private static String body(Answer answer) {
    assertEquals(200, answer.status());
    assertEquals("text/event-stream", answer.headers().get("content-type"));
    return String.valueOf(answer.body());
  }

  @Test
  void eventsOfAJobThatHasEndedAreAllThere() {
    String id = submit("cat");
    assertEquals(
        """
        :

        id: 1
        event: queued
        data: {"position":0}

        id: 2
        event: started
        data: {}

        id: 3
        event: ended
        data: {"state":"done","verdict":"OK"}

        """,
        body(server.get("/v1/jobs/" + id + "/events")));
  }

  private static Answer after(String id, String last) {
    return await(
        server.begin(
            HttpMethod.GET,
            "/v1/jobs/" + id + "/events",
            null,
            request -> request.putHeader("Last-Event-ID", last)));
  }

  @Test
  void lastEventIdResumes() {
    String id = submit("cat");
    assertEquals(
        ":\n\nid: 3\nevent: ended\ndata: {\"state\":\"done\",\"verdict\":\"OK\"}\n\n",
        body(after(id, "2")));
    assertEquals(204, after(id, "3").status());
    assertEquals(204, after(id, "999").status());
  }

  @Test
  void whatIsNoIdOfAnEventIsRefused() {
    assertEquals(
        "Last-Event-ID: \"x\" is not the id of an event: a whole number",
        after(submit("cat"), "x").problem(400).getString("detail"));
  }

  @Test
  void jobThatIsNotThereHasNoEvents() {
    server.get("/v1/jobs/00/events").problem(404);
  }

  /** They come while the job runs, not when it has ended. */
  @Test
  void eventsComeWhileTheJobRuns() throws IOException {
    String id = server.post("/v1/jobs", command("block")).json().getString("id");
    try (RawClient client = new RawClient(server.port())) {
      client.head("GET /v1/jobs/" + id + "/events HTTP/1.1", "Host: localhost");
      assertTrue(client.readHead().startsWith("HTTP/1.1 200 OK\r\n"));
      client.readUntil("event: started\n");
      server.runner.released.release();
      client.readUntil("data: {\"state\":\"done\",\"verdict\":\"OK\"}\n\n");
    }
  }

  @Test
  void noMoreThanSoManyWatchAJob() throws IOException {
    String id = server.post("/v1/jobs", command("block")).json().getString("id");
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        RawClient client = new RawClient(server.port());
        clients.add(client);
        client.head("GET /v1/jobs/" + id + "/events HTTP/1.1", "Host: localhost");
        assertTrue(client.readHead().startsWith("HTTP/1.1 200 OK\r\n"));
      }
      Answer refused = server.get("/v1/jobs/" + id + "/events");
      assertEquals(
          "urn:stockade:problem:too-many-watchers", refused.problem(429).getString("type"));
      clients.get(0).close();
      ServerFixture.eventually("another may watch", () -> watches(id));
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
      server.runner.released.release();
    }
  }

  private static boolean watches(String id) {
    try (RawClient client = new RawClient(server.port())) {
      client.head("GET /v1/jobs/" + id + "/events HTTP/1.1", "Host: localhost");
      return client.readHead().startsWith("HTTP/1.1 200 OK\r\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A job that has ever more to tell, and a client that reads nothing: the client is cut off, the
   * job does not notice. Another that comes later is told what it has missed.
   */
  @Test
  void clientThatTakesNothingIsCutOff() throws Exception {
    byte[] text = "n".repeat(4000).getBytes(StandardCharsets.US_ASCII);
    CountDownLatch full = new CountDownLatch(10_000);
    JobRunner runner =
        (request, context) -> {
          while (!context.cancellation().isCancelled()) {
            context.events().add(new JobEvent.Output(JobEvent.Stream.STDOUT, null, text));
            full.countDown();
          }
          throw new CancellationException();
        };
    JobStore.Retention retention = new JobStore.Retention(1, Duration.ofHours(1), 1 << 20);
    JobService jobs =
        new JobService(
            new JobStore(retention, InstantSource.system()),
            Stores.inMemory(retention),
            new JsonJobCodec(List::of, List::of, StoredFiles.NONE),
            StoredFiles.NONE,
            1,
            1,
            runner);
    Vertx vertx = Vertx.vertx();
    try {
      JobHandlers handlers = new JobHandlers(vertx, jobs, false);
      EventHandlers quick = new EventHandlers(vertx, Duration.ofMillis(50));
      EventHandlers patient = new EventHandlers(vertx, Duration.ofMinutes(5));
      Router router = Router.router(vertx);
      router
          .get("/quick/:id")
          .handler(context -> handlers.withJob(context, job -> quick.events(context, job)));
      router
          .get("/patient/:id")
          .handler(context -> handlers.withJob(context, job -> patient.events(context, job)));
      CountDownLatch cutOff = new CountDownLatch(1);
      HttpServer listener =
          await(
              vertx
                  .createHttpServer()
                  .connectionHandler(c -> c.closeHandler(closed -> cutOff.countDown()))
                  .requestHandler(router)
                  .listen(0, "127.0.0.1"));
      Job job =
          jobs.submit(new CommandJob(List.of(new byte[] {'x'}), "default", JobInput.NONE), "");
      try (RawClient client = RawClient.withLittleRoom(listener.actualPort(), 4096)) {
        client.head("GET /quick/" + job.id() + " HTTP/1.1", "Host: localhost");
        assertTrue(client.readHead().startsWith("HTTP/1.1 200 OK\r\n"));
        assertTrue(cutOff.await(60, TimeUnit.SECONDS), "cut off");
        assertThrows(SocketException.class, client::readAll, "reset, not closed in good order");
      }
      assertTrue(full.await(60, TimeUnit.SECONDS), "the job goes on");
      try (RawClient client = new RawClient(listener.actualPort())) {
        client.head("GET /patient/" + job.id() + " HTTP/1.1", "Host: localhost");
        client.readUntil("event: lost\ndata: {\"first\":3,\"last\":");
      }
    } finally {
      assertTrue(jobs.drain(Duration.ZERO));
      await(vertx.close());
    }
  }
}
