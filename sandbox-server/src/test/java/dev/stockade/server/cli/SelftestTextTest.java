package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.selftest.Outcome;
import dev.stockade.server.selftest.Promise;
import dev.stockade.server.selftest.SelftestReport;
import dev.stockade.server.selftest.SelftestReport.Reason;
import dev.stockade.server.selftest.SelftestReport.Row;
import dev.stockade.server.selftest.SelftestReport.Status;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the selftest prints, for each way that it can come out. */
final class SelftestTextTest {
  private static final Row HELD = new Row(Promise.ROOTLESS, Status.HELD, 3, 3, List.of());
  private static final Row BROKEN =
      new Row(
          Promise.NO_NETWORK,
          Status.NOT_HELD,
          1,
          2,
          List.of(
              new Reason(
                  "an Internet socket",
                  Outcome.Status.BROKEN,
                  List.of("exit code is <0>, not <97>", "the result: ..."))));
  private static final Row UNTESTED =
      new Row(
          Promise.FRESH,
          Status.NOT_TESTABLE,
          0,
          1,
          List.of(new Reason("it looks", Outcome.Status.NOT_TESTABLE, List.of("python3 in /bin"))));

  private static final long NANOS = 2_345_000_000L;

  @Test
  void allHeld() {
    SelftestReport report = new SelftestReport(List.of(HELD));
    assertTrue(report.holds());
    assertEquals(
        """
        held          Rootless                          3 of 3 attacks

        Every promise holds on this host (3 attacks in 2.35 s).
        """,
        SelftestText.of(report, NANOS, false));
  }

  @Test
  void oneBroken() {
    SelftestReport report = new SelftestReport(List.of(HELD, BROKEN));
    assertEquals(false, report.holds());
    assertEquals(
        """
        held          Rootless                          3 of 3 attacks
        not held      No network                        1 of 2 attacks
                      an Internet socket
                        why  exit code is <0>, not <97>

        One promise does not hold on this host (5 attacks in 2.35 s). Run no code here that you do not trust, and please report it
        privately with ./stockade selftest --json and ./stockade doctor --json: see SECURITY.md.
        """,
        SelftestText.of(report, NANOS, false));
  }

  @Test
  void oneUntested() {
    SelftestReport report = new SelftestReport(List.of(HELD, UNTESTED));
    assertEquals(false, report.holds());
    assertEquals(
        """
        held          Rootless                          3 of 3 attacks
        not testable  Fresh                             0 of 1 attack
                      it looks
                        cannot be tried here: it needs python3 in /bin

        Not every promise can be tested on this host (4 attacks in 2.35 s).
        """,
        SelftestText.of(report, NANOS, false));
  }

  @Test
  void asJson() {
    JsonObject json = SelftestJson.of(new SelftestReport(List.of(HELD, BROKEN)));
    assertEquals(false, json.getBoolean("holds"));
    JsonObject broken = json.getJsonArray("promises").getJsonObject(1);
    assertEquals("not-held", broken.getString("status"));
    assertEquals(1, broken.getInteger("withstood"));
    JsonObject reason = broken.getJsonArray("reasons").getJsonObject(0);
    assertEquals("an Internet socket", reason.getString("attack"));
    assertEquals("broken", reason.getString("status"));
    assertEquals(2, reason.getJsonArray("details").size());
  }

  @Test
  void theBarFitsATerminal() {
    assertEquals("[" + ".".repeat(24) + "] first", ProgressBar.line(0, 30, "first"));
    assertEquals("[" + "#".repeat(24) + "] last", ProgressBar.line(30, 30, "last"));
    String longest = ProgressBar.line(15, 30, "x".repeat(100));
    assertEquals("[" + "#".repeat(12) + ".".repeat(12) + "] " + "x".repeat(51) + "…", longest);
    assertTrue(longest.length() < 80);
  }
}
