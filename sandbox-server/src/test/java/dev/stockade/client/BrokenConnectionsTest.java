package dev.stockade.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client makes of servers that break off, are busy, or are none of ours. */
@Timeout(300)
class BrokenConnectionsTest {
  private static final String JOB =
      """
      {"id": "1", "state": "done", "language": null, "command": ["true"], "policy": "default",
       "verdict": "OK", "compile": null, "result": null, "judgement": null, "error": null,
       "createdAt": "2026-01-31T12:00:00.123Z", "startedAt": null, "finishedAt": null}
      """;
  private static final String EVENTS = "text/event-stream";
  private static final String BUSY =
      """
      {"type": "urn:stockade:problem:x", "title": "Not now", "status": 503, "detail": "later"}
      """;

  private ScriptedServer server;
  private StockadeClient client;

  @BeforeEach
  void open() throws IOException {
    server = new ScriptedServer();
    client = StockadeClient.to(server.address()).attempts(3, Duration.ofMillis(1)).build();
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private void busy(int times) {
    for (int i = 0; i < times; i++) {
      server.answer(503, "application/problem+json", BUSY);
    }
  }

  @Test
  void eventsGoOnBehindTheLastOne() {
    server.breakOff(
        EVENTS,
        """
            :

            id: 1
            event: queued
            data: {"position":4}

            id: 2
            event: started
            data: {}

            id: 3
            event: out""");
    busy(1);
    server.answer(
        200,
        EVENTS,
        """
            event: lost
            data: {"first":3,"last":7}

            id: 8
            event: shown
            data: [1]

            """);
    server.answer(
        200,
        EVENTS,
        """
            id: 9
            event: ended
            data: {"state":"done","verdict":"OK"}

            """);
    try (Stream<JobEvent> events = client.events("1")) {
      assertEquals(
          List.of(
              new JobEvent.Queued(1, 4),
              new JobEvent.Started(2),
              new JobEvent.Lost(3, 7),
              new JobEvent.Other(8, "shown", "[1]"),
              new JobEvent.Ended(9, JobState.DONE, Verdict.OK)),
          events.toList());
    }
    assertEquals(List.of("GET", "GET after 2", "GET after 2", "GET after 8"), server.asked());
  }

  @Test
  void eventsAreGivenUpWhenNothingComes() {
    busy(1);
    server.breakOff(EVENTS, "");
    server.breakOff(EVENTS, "");
    try (Stream<JobEvent> events = client.events("1")) {
      assertThrows(UncheckedIOException.class, events::toList);
    }
    assertEquals(3, server.asked().size());
  }

  @Test
  void aStreamThatIsClosedEnds() {
    server.answer(200, EVENTS, "id: 1\nevent: started\ndata: {}\n\n");
    Stream<JobEvent> events = client.events("1");
    List<JobEvent> seen = new ArrayList<>();
    events.forEach(
        event -> {
          seen.add(event);
          events.close();
        });
    assertEquals(List.of(new JobEvent.Started(1)), seen);
    assertEquals(1, server.asked().size());
  }

  @Test
  void theEndIsWaitedForWhileTheServerIsBusy() throws Exception {
    busy(2);
    server.answer(200, "application/json", JOB);
    Job job = client.handle("1").result().get(2, TimeUnit.MINUTES);
    assertEquals(Verdict.OK, job.verdict());
    assertEquals(3, server.asked().size());
  }

  @Test
  void theEndIsGivenUpWhenTheServerStaysBusy() {
    busy(3);
    ExecutionException failure =
        assertThrows(
            ExecutionException.class, () -> client.handle("1").result().get(2, TimeUnit.MINUTES));
    assertEquals(503, ((ProblemException) failure.getCause()).status());
  }

  @Test
  void whatChangesSomethingIsNotTriedTwice() {
    busy(1);
    ProblemException failure =
        assertThrows(
            ProblemException.class, () -> client.submit(JobRequest.command("true").build()));
    assertEquals("503 Not now: later", failure.getMessage());
    assertEquals(List.of("POST"), server.asked());
  }

  @Test
  void aServerThatIsNoneOfOursIsNotReached() {
    server.answer(502, "text/html", "<h1>Bad gateway</h1>");
    IOException other = assertThrows(IOException.class, () -> client.job("1"));
    assertTrue(
        other.getMessage().endsWith(" answers with 502, as no job server does"), other::toString);
    server.answer(200, "application/json", "{\"id\": \"1\"}");
    IOException partial = assertThrows(IOException.class, () -> client.job("1"));
    assertEquals(
        "the server's answer is not as its contract has it: state is missing",
        partial.getMessage());
    server.answer(200, "text/html", "<h1>");
    assertThrows(IOException.class, () -> client.job("1"));
  }

  @Test
  void whatIsNoAddressOfAServerIsRefused() {
    for (String address : List.of("localhost:8080", "ftp://x", "http://x?y", "/jobs")) {
      assertThrows(
          IllegalArgumentException.class, () -> StockadeClient.to(URI.create(address)), address);
    }
  }
}
