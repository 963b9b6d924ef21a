package dev.stockade.server.cli;

import dev.stockade.server.selftest.SelftestReport;
import dev.stockade.server.selftest.SelftestReport.Reason;
import dev.stockade.server.selftest.SelftestReport.Row;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** Which promises hold, as JSON. */
final class SelftestJson {
  private SelftestJson() {}

  static JsonObject of(SelftestReport report) {
    JsonArray promises = new JsonArray();
    for (Row row : report.rows()) {
      JsonArray reasons = new JsonArray();
      for (Reason reason : row.reasons()) {
        reasons.add(
            new JsonObject()
                .put("attack", reason.attack())
                .put("status", name(reason.status()))
                .put("details", new JsonArray(reason.details())));
      }
      promises.add(
          new JsonObject()
              .put("promise", row.promise().title())
              .put("meaning", row.promise().sentence())
              .put("status", name(row.status()))
              .put("attacks", row.all())
              .put("withstood", row.held())
              .put("reasons", reasons));
    }
    return new JsonObject().put("holds", report.holds()).put("promises", promises);
  }

  private static String name(Enum<?> status) {
    return status.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
