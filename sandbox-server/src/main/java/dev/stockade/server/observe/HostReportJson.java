package dev.stockade.server.observe;

import dev.stockade.core.host.Finding;
import dev.stockade.core.host.HostReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** The answers of all probes as JSON. */
public final class HostReportJson {
  private HostReportJson() {}

  /** The findings in their order, and whether nothing that is needed is missing. */
  public static JsonObject of(HostReport report) {
    JsonArray findings = new JsonArray();
    for (Finding finding : report.findings()) {
      findings.add(
          new JsonObject()
              .put("area", finding.area().name().toLowerCase(Locale.ROOT))
              .put("feature", finding.feature())
              .put("status", finding.status().name().toLowerCase(Locale.ROOT))
              .put("needed", finding.needed())
              .put("reason", finding.reason())
              .put("fix", finding.fix()));
    }
    return new JsonObject()
        .put("ready", report.ready())
        .put(
            "user",
            new JsonObject().put("name", report.user().name()).put("uid", report.user().uid()))
        .put("findings", findings);
  }
}
