package dev.stockade.server.api;

import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.OutputJudge;
import dev.stockade.server.judge.Checker;
import dev.stockade.server.judge.ExactChecker;
import dev.stockade.server.judge.FloatsChecker;
import dev.stockade.server.judge.LinesChecker;
import dev.stockade.server.judge.NoChecker;
import dev.stockade.server.judge.TokensChecker;
import dev.stockade.server.judge.UnorderedLinesChecker;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Reads what says whether an output is right. */
final class CheckerParser {
  private static final OutputJudge DEFAULT = new OutputJudge.BuiltIn(new LinesChecker());
  private static final OutputJudge NONE = new OutputJudge.BuiltIn(new NoChecker());
  private static final String FLOATS = "floats";
  private static final String PROGRAM = "program";
  private static final Map<String, Checker> PLAIN = new LinkedHashMap<>();
  private static final Values.DecimalBounds TOLERANCE =
      new Values.DecimalBounds(BigDecimal.valueOf(1_000_000), 100);

  static {
    PLAIN.put("exact", new ExactChecker());
    PLAIN.put("lines", new LinesChecker());
    PLAIN.put("tokens", new TokensChecker());
    PLAIN.put("unorderedLines", new UnorderedLinesChecker());
    PLAIN.put("none", new NoChecker());
  }

  private final FieldErrors errors;
  private final Values values;
  private final Function<JsonObject, LanguageJob> programs;

  CheckerParser(FieldErrors errors, Function<JsonObject, LanguageJob> programs) {
    this.errors = errors;
    this.values = new Values(errors);
    this.programs = programs;
  }

  /**
   * @param hasInteractor whether an interactor judges already, so that a checker need not
   */
  OutputJudge parse(JsonObject body, boolean hasInteractor) {
    if (!body.containsKey("checker")) {
      return hasInteractor ? NONE : DEFAULT;
    }
    int faults = errors.all().size();
    JsonObject checker = values.object(body.getValue("checker"), "checker");
    if (errors.all().size() > faults) {
      return DEFAULT;
    }
    Object type = checker.getValue("type");
    if (PROGRAM.equals(type)) {
      return new OutputJudge.Program(programs.apply(checker));
    }
    if (FLOATS.equals(type)) {
      return new OutputJudge.BuiltIn(floats(checker));
    }
    Checker plain = type instanceof String name ? PLAIN.get(name) : null;
    if (plain == null) {
      errors.add(
          "checker.type",
          "must be one of " + String.join(", ", PLAIN.keySet()) + ", " + FLOATS + ", " + PROGRAM);
      return DEFAULT;
    }
    values.onlyKeys(checker, "checker", Set.of("type"), "the checker " + type);
    return new OutputJudge.BuiltIn(plain);
  }

  private Checker floats(JsonObject checker) {
    values.onlyKeys(
        checker,
        "checker",
        new LinkedHashSet<>(List.of("type", "absolute", "relative")),
        "the checker floats");
    if (!checker.containsKey("absolute") && !checker.containsKey("relative")) {
      errors.add("checker", "must say how far numbers may be off: absolute, relative or both");
    }
    return new FloatsChecker(tolerance(checker, "absolute"), tolerance(checker, "relative"));
  }

  private BigDecimal tolerance(JsonObject checker, String key) {
    return checker.containsKey(key)
        ? values.decimal(checker.getValue(key), "checker." + key, TOLERANCE)
        : BigDecimal.ZERO;
  }
}
