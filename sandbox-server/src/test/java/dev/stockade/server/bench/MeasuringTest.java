package dev.stockade.server.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.bench.BenchReport.Measured;
import dev.stockade.server.bench.BenchReport.Race;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Races, peers and clocks, without a sandbox. */
class MeasuringTest {
  private static final Workload TRUE = Workloads.trivial();
  private final Policy policy = Policies.named("default");

  /** Someone who notes when it was run, and fails from the run of a number on. */
  private record Noting(String name, List<String> notes, int fails) implements Contestant {
    @Override
    public Lane enter(Workload workload) throws CannotCompeteException {
      if (fails == 0) {
        throw new CannotCompeteException("not here");
      }
      AtomicInteger runs = new AtomicInteger();
      return () -> {
        notes.add(name);
        if (runs.incrementAndGet() == fails) {
          throw new CannotCompeteException("broke");
        }
      };
    }
  }

  @Test
  void contestantsTakeTurnsAndEachRoundBeginsWithAnother() {
    List<String> notes = new CopyOnWriteArrayList<>();
    new RaceTrack(TRUE, 2, 10)
        .run(
            List.of(new Noting("a", notes, -1), new Noting("b", notes, -1)),
            (done, all, what) -> {});
    assertEquals(
        List.of("a", "b", "b", "a", "a", "b", "b", "a"),
        notes.subList(0, 8),
        "two rounds of warming up");
  }

  @Test
  void whoIsMissingOrBreaksIsShownWithTheReason() {
    Race race =
        new RaceTrack(TRUE, 2, 10)
            .run(
                List.of(
                    new Noting("fine", new ArrayList<>(), -1),
                    new Noting("breaks", new ArrayList<>(), 5),
                    new Noting("missing", new ArrayList<>(), 0)),
                (done, all, what) -> {});
    assertTrue(race.measured("fine").isPresent());
    assertEquals(10, race.measured("fine").orElseThrow().latency().count());
    assertEquals("broke", race.whyNot("breaks"));
    assertEquals("not here", race.whyNot("missing"));
  }

  @Test
  void cpuTimeOfAProgramIsSeen() throws CannotCompeteException {
    CpuClock clock = new CpuClock();
    Lane spinning =
        Unconfined.bare()
            .enter(
                Workload.of(
                    "spin",
                    List.of("/bin/sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"),
                    1));
    CpuClock.Reading before = clock.read();
    spinning.run();
    long used = clock.read().processSince(before);
    assertTrue(used > 1_000_000, () -> "20000 rounds of a shell used " + used + " ns");
  }

  @Test
  void parentInProcStatWhateverTheName() {
    assertEquals(7, CpuClock.parent("12 (a) (b) 3 ) S 7 12 12 0 -1"));
  }

  @Test
  void throughputCountsRuns() throws CannotCompeteException {
    List<String> notes = new CopyOnWriteArrayList<>();
    Contestant slow =
        new Contestant() {
          @Override
          public String name() {
            return "slow";
          }

          @Override
          public Lane enter(Workload workload) {
            return () -> {
              notes.add("run");
              long end = System.nanoTime() + 5_000_000;
              while (System.nanoTime() < end) { // parkNanos alone may return at once
                LockSupport.parkNanos(end - System.nanoTime());
              }
            };
          }
        };
    BenchReport.Throughput rate = new Saturation(slow, TRUE).run(2, Duration.ofMillis(60));
    assertEquals(2, rate.concurrency());
    // Each of two threads needs at least 5 ms for a run. Regression: there seemed to be more where
    // the thread that counts was put off when the others began.
    assertTrue(rate.runsPerSecond() > 0 && rate.runsPerSecond() <= 400, () -> "" + rate);
    assertFalse(notes.isEmpty());
  }

  @Test
  void theProgramsMadeHereRunAndAreRemoved() throws Exception {
    Workloads workloads = new Workloads();
    try (workloads) {
      for (Workload workload : workloads.all()) {
        Unconfined.bare().enter(workload).run();
      }
      assertEquals("static no-op", workloads.all().get(1).name());
      assertTrue(workloads.folder().toFile().exists());
    }
    assertFalse(workloads.folder().toFile().exists());
  }

  @Test
  void aCommandThatFailsSaysWhy() {
    CannotCompeteException failure =
        assertThrows(
            CannotCompeteException.class,
            () ->
                CommandLane.open(
                    List.of(List.of("/bin/sh", "-c", "echo one; echo 'no such thing' >&2; exit 3")),
                    "",
                    Map.of(),
                    true,
                    () -> {}));
    assertEquals("sh failed with exit status 3: no such thing", failure.reason());
  }

  @Test
  void aProgramThatIsNotInstalled() {
    CannotCompeteException failure =
        assertThrows(CannotCompeteException.class, () -> Peers.find("no-such-sandbox"));
    assertEquals("not installed", failure.reason());
  }

  @Test
  void crunIsGivenTheWholePolicy() {
    JsonObject config = new CrunConfig(policy, true).of(TRUE);
    JsonObject linux = config.getJsonObject("linux");
    assertEquals(7, linux.getJsonArray("namespaces").size());
    assertEquals(
        policy.limits().memory().bytes(),
        linux.getJsonObject("resources").getJsonObject("memory").getLong("limit"));
    assertEquals(64, linux.getJsonObject("resources").getJsonObject("pids").getInteger("limit"));
    JsonArray calls = linux.getJsonObject("seccomp").getJsonArray("syscalls");
    assertTrue(
        calls.stream()
            .map(JsonObject.class::cast)
            .anyMatch(
                call ->
                    call.getString("action").equals("SCMP_ACT_KILL_PROCESS")
                        && call.getJsonArray("names").contains("mount")));
    assertFalse(
        new CrunConfig(policy, false).of(TRUE).getJsonObject("linux").containsKey("resources"));
  }

  @Test
  void goJudgeIsAskedAsItsDocumentsSay() throws Exception {
    Vertx vertx = Vertx.vertx();
    List<JsonObject> asked = new CopyOnWriteArrayList<>();
    AtomicInteger answered = new AtomicInteger();
    try {
      HttpServer judge =
          vertx
              .createHttpServer()
              .requestHandler(
                  request ->
                      request
                          .body()
                          .onSuccess(
                              body -> {
                                asked.add(body.toJsonObject());
                                request
                                    .response()
                                    .end(
                                        answered.incrementAndGet() < 3
                                            ? "[{\"status\":\"Accepted\",\"exitStatus\":0}]"
                                            : "[{\"status\":\"Internal Error\"}]");
                              }))
              .listen(0, "127.0.0.1")
              .await();
      Lane lane =
          new GoJudge(policy, URI.create("http://127.0.0.1:" + judge.actualPort() + "/"))
              .enter(TRUE);
      lane.run();
      assertEquals(
          List.of("/bin/true"),
          asked.get(0).getJsonArray("cmd").getJsonObject(0).getJsonArray("args").getList());
      assertEquals(
          10_000_000_000L, asked.get(0).getJsonArray("cmd").getJsonObject(0).getLong("cpuLimit"));
      CannotCompeteException failure = assertThrows(CannotCompeteException.class, lane::run);
      assertTrue(
          failure.reason().endsWith("answered 200 [{\"status\":\"Internal Error\"}]"),
          failure.reason());
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void goJudgeWithoutAnAddress() {
    CannotCompeteException failure =
        assertThrows(CannotCompeteException.class, () -> new GoJudge(policy, null).enter(TRUE));
    assertEquals("no address: give --go-judge URL", failure.reason());
  }

  @Test
  void cpuIsUnknownOfWhatIsNotOurs() {
    Race race = new RaceTrack(TRUE, 2, 10).run(List.of(new Elsewhere()), (done, all, what) -> {});
    assertEquals(null, race.measured("elsewhere").map(Measured::cpu).orElse(null));
  }

  /** Someone whose processes are not ours. */
  private record Elsewhere() implements Contestant {
    @Override
    public String name() {
      return "elsewhere";
    }

    @Override
    public Lane enter(Workload workload) {
      return new Lane() {
        @Override
        public void run() {}

        @Override
        public boolean cpuIsKnown() {
          return false;
        }
      };
    }
  }

  @Test
  void proportionalSetSize() throws IOException {
    assertEquals(
        12 * 1024,
        SlotMemory.pssBytes(
            "00400000-7ffc rollup\nRss:     48 kB\nPss:     12 kB\nPss_Anon: 4 kB\n"));
    assertThrows(IOException.class, () -> SlotMemory.pssBytes("Rss: 48 kB\n"));
  }

  @Test
  void lengthOfAnAnswer() throws IOException {
    assertEquals(12, HttpConnection.bodyLength("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"));
    assertThrows(IOException.class, () -> HttpConnection.bodyLength("HTTP/1.1 200 OK\r\n\r\n"));
  }
}
