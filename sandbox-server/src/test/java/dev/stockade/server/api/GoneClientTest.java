package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.command;
import static dev.stockade.server.api.ServerFixture.eventually;
import static dev.stockade.server.api.StoredBytes.HELLO;
import static dev.stockade.server.api.StoredBytes.HELLO_HASH;
import static dev.stockade.server.api.StoredBytes.stored;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.server.files.KeptFiles;
import dev.stockade.server.store.JobQueue;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that goes while it sends, or while what it waits for is being stored. */
@Timeout(120)
class GoneClientTest {
  @TempDir private Path folder;
  private final KeptFiles kept = new KeptFiles();
  private final CountDownLatch adding = new CountDownLatch(1);
  private final CountDownLatch mayAdd = new CountDownLatch(1);

  /** A queue that servers share, and that takes its time to add jobs. */
  private JobQueue slow(JobQueue queue) {
    return (JobQueue)
        Proxy.newProxyInstance(
            JobQueue.class.getClassLoader(),
            new Class<?>[] {JobQueue.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("isShared")) {
                return true;
              }
              if (method.getName().equals("addAll")) {
                adding.countDown();
                mayAdd.await();
              }
              try {
                return method.invoke(queue, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private ServerFixture server() {
    TestRunner runner = new TestRunner();
    return new ServerFixture(
        ServerFixture.Options.defaults(),
        runner,
        new SharedStore(kept, folder, this::slow).services(runner));
  }

  @Test
  void itsJobIsCancelledWhenItIsStored() throws IOException, InterruptedException {
    kept.files.put(HELLO_HASH, HELLO);
    String body =
        command("block").put("files", new JsonObject().put("a", stored(HELLO_HASH))).encode();
    try (ServerFixture server = server()) {
      try (RawClient client = new RawClient(server.port())) {
        client
            .head(
                "POST /v1/jobs?wait=60s HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Content-Length: " + body.length())
            .send(body);
        adding.await();
      }
      eventually(
          "the server knows that the client has gone",
          () -> String.valueOf(server.get("/metrics").body()).contains("route=\"/v1/jobs\""));
      mayAdd.countDown();
      eventually(
          "cancelled",
          () -> !server.get("/v1/jobs?state=cancelled").json().getJsonArray("jobs").isEmpty());
    }
  }

  /** Keeps what is logged of requests that failed. */
  private static final class Failures extends Handler {
    private final Logger logger = Logger.getLogger(ProblemWriter.class.getName());
    private final Level before = logger.getLevel();
    private final List<String> messages = new CopyOnWriteArrayList<>();

    Failures() {
      logger.setLevel(Level.ALL);
      logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord entry) {
      messages.add(entry.getLevel() + ": " + entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setLevel(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"POST, /v1/jobs", "POST, /v1/jobs/batch", "PUT, /v1/files/{sha256}"})
  void whoGoesWhileItSendsIsNoFailureOfOurs(String method, String route) throws IOException {
    Failures failures = new Failures();
    try (ServerFixture server = new ServerFixture()) {
      try (RawClient client = new RawClient(server.port())) {
        client.send(
            method
                + " "
                + route.replace("{sha256}", HELLO_HASH)
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{\"");
      }
      eventually(
          "the server knows that the client has gone",
          () -> String.valueOf(server.get("/metrics").body()).contains("route=\"" + route + "\""));
    } finally {
      failures.close();
    }
    assertEquals(List.of(), failures.messages);
  }
}
