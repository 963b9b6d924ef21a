package dev.stockade.server.api;

import dev.stockade.core.RunResult;
import dev.stockade.server.job.LinkedReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What came of the programs of a linked job, as JSON. */
final class LinkedJson {
  private LinkedJson() {}

  static JsonArray of(LinkedReport report) {
    JsonArray programs = new JsonArray();
    report.programs().forEach(program -> programs.add(program(program)));
    return programs;
  }

  private static JsonObject program(LinkedReport.Program program) {
    return new JsonObject()
        .put("name", program.ran().name())
        .put("service", program.ran().isService())
        .put("verdict", program.verdict().name())
        .put("compile", compile(program.compiled()))
        .put("result", result(program.ran().result()))
        .put("dismissed", program.ran().dismissed())
        .put("notStarted", program.ran().notStarted());
  }

  private static @Nullable JsonObject compile(LinkedReport.Compiled compiled) {
    JsonObject compile = result(compiled.compile());
    return compile == null ? null : compile.put("cached", compiled.cached());
  }

  private static @Nullable JsonObject result(@Nullable RunResult result) {
    return result == null ? null : ResultJson.of(result);
  }
}
