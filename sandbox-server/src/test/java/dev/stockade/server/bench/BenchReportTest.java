package dev.stockade.server.bench;

import static dev.stockade.server.bench.Reports.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.bench.BenchReport.Race;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private final BenchReport report = Reports.full();
  private final Race race = report.races().get(0);

  @Test
  void ratiosAreToTheFirstOne() {
    assertEquals(1.0, race.ratio(race.measured(Unconfined.BARE).orElseThrow()));
    assertEquals(1.5, race.ratio(race.measured(Confined.SPARE).orElseThrow()));
    assertEquals(1.5, race.cpuRatio(race.measured(Confined.SPARE).orElseThrow()));
    assertEquals(3.5, race.cpuRatio(race.measured("a peer").orElseThrow()));
    assertEquals(null, race.cpuRatio(race.measured("bare of another machine").orElseThrow()));
    assertEquals(0.65, report.share(report.throughput().get(3)));
    assertEquals(400_000, report.http().addedNanos());
  }

  @Test
  void whoWasNotMeasuredHasAReasonAndNoTime() {
    assertTrue(race.measured("another").isEmpty());
    assertEquals("not <installed>", race.whyNot("another"));
    JsonObject json =
        BenchJson.of(report)
            .getJsonArray("workloads")
            .getJsonObject(0)
            .getJsonArray("kinds")
            .getJsonObject(4);
    assertEquals("another", json.getString("name"));
    assertEquals("not <installed>", json.getString("notMeasured"));
    for (String key : List.of("latency", "ratio", "cpu", "cpuRatio")) {
      assertTrue(json.containsKey(key), key);
      assertEquals(null, json.getValue(key), key);
    }
  }

  @Test
  void aTextForPeople() {
    assertEquals(
        """
        2026-11-25T04:00:00Z, Java 17, Linux 6.18, 2 processors

        /bin/true, 3 runs of each, taking turns
                                              p50      p95      p99 ratio      CPU ratio
        posix_spawn + wait4, no sandbox   2.00 ms  3.00 ms  3.00 ms  1.00  2.00 ms  1.00
        sandbox, spare ready              3.00 ms  12.0 ms  12.0 ms  1.50  3.00 ms  1.50
        bare of another machine           5.00 ms  5.00 ms  5.00 ms  2.50
        a peer                            4.00 ms  4.00 ms  4.00 ms  2.00  7.00 ms  3.50
        another                           not <installed>

        /bin/true, runs a second                   at a time                     of bare
        posix_spawn + wait4, no sandbox                    1          1000          1.00
        sandbox, spare ready                               1           650          0.65
        posix_spawn + wait4, no sandbox                   16          2000          1.00
        sandbox, spare ready                              16          1300          0.65

        HTTP, one kept-alive connection: p50 2.40 ms, Java API 2.00 ms, so 0.40 ms more
        From ./stockade serve to ready: p50 of 1: 1400 ms
        A warm slot, zygote and spare: 40.0 KiB PSS

        a peer: no <cgroup>
          /usr/bin/peer --hostname 'it'\\''s' /bin/true
        """,
        BenchText.of(report));
  }

  @Test
  void whatMakesTimesWorthlessIsSaid() {
    String busy = BenchText.of(Reports.with(9.25, null, List.of("swap limit: none"), List.of()));
    assertTrue(busy.contains("\nThis host lacks part of the sandbox: swap limit: none\n"), busy);
    assertTrue(
        busy.endsWith("busy with other things (load 9.3): do not trust these times.\n"), busy);
    assertTrue(busy.contains("zygote and spare: memory cannot be read here\n"), busy);
    assertFalse(BenchText.of(report).contains("do not trust"));
  }

  @Test
  void jsonHasEverything() {
    JsonObject json = BenchJson.of(report);
    JsonObject sandbox =
        json.getJsonArray("workloads").getJsonObject(0).getJsonArray("kinds").getJsonObject(1);
    assertEquals(3 * MS, sandbox.getJsonObject("latency").getLong("p50Nanos"));
    assertEquals(12 * MS, sandbox.getJsonObject("latency").getLong("p99Nanos"));
    assertEquals(101, sandbox.getJsonObject("latency").getJsonArray("quantilesNanos").size());
    assertEquals(2 * MS, sandbox.getJsonObject("cpu").getLong("processNanos"));
    assertEquals(40_960, json.getLong("slotPssBytes"));
    assertEquals(400_000, json.getJsonObject("http").getLong("addedNanos"));
    assertEquals(80_000, json.getJsonArray("steps").getJsonObject(0).getLong("nanos"));
    assertEquals(0.65, json.getJsonArray("throughput").getJsonObject(3).getDouble("shareOfBare"));
    JsonObject unknown = BenchJson.of(Reports.with(-1, null, List.of(), List.of()));
    assertTrue(unknown.containsKey("slotPssBytes"));
    assertEquals(null, unknown.getValue("slotPssBytes"));
    assertEquals(null, unknown.getValue("loadBefore"));
  }
}
