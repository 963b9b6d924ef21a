package dev.stockade.server.api;

import dev.stockade.core.Content;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.OutputJudge;
import dev.stockade.server.job.TestSuite;
import dev.stockade.server.job.TestedJob;
import dev.stockade.server.judge.Scoring;
import dev.stockade.server.judge.TestCase;
import dev.stockade.server.judge.TestGroup;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the tests of a job, their groups and how they are judged. */
final class TestsParser {
  static final int MAX_TESTS = 1000;
  static final int MAX_NAME_CHARACTERS = 255;
  static final int MAX_PARALLELISM = 64;
  static final ByteSize KEEP_OUTPUT = ByteSize.ofBytes(4 << 10);
  static final ByteSize MAX_KEPT_IN_ALL = ByteSize.ofMebibytes(16);
  static final Values.DecimalBounds WEIGHT =
      new Values.DecimalBounds(BigDecimal.valueOf(1_000_000), 6);
  private static final int MAX_SIZE_CHARACTERS = 64;
  private static final String INTERACTOR = "interactor";

  private static final Set<String> TEST_KEYS =
      new LinkedHashSet<>(
          List.of("name", "stdin", "expected", "args", "limits", "group", "weight"));

  /** Keys of a job that mean nothing without tests. */
  private static final List<String> ONLY_WITH_TESTS =
      List.of("groups", "checker", INTERACTOR, "parallelism", "stopOnFirstFailure", "keepOutput");

  private final FieldErrors errors;
  private final Values values;
  private final Optional<Policy> policy;
  private final ContentReader contents;
  private final Function<JsonObject, LanguageJob> checkerPrograms;
  private final Function<JsonObject, LanguageJob> interactors;

  /**
   * @param policy of the program; empty when that is at fault already
   * @param checkerPrograms reads a checker program
   * @param interactors reads an interactor
   */
  TestsParser(
      FieldErrors errors,
      Optional<Policy> policy,
      ContentReader contents,
      Function<JsonObject, LanguageJob> checkerPrograms,
      Function<JsonObject, LanguageJob> interactors) {
    this.errors = errors;
    this.values = new Values(errors);
    this.policy = policy;
    this.contents = contents;
    this.checkerPrograms = checkerPrograms;
    this.interactors = interactors;
  }

  static void refuseWithoutTests(JsonObject body, FieldErrors errors) {
    for (String key : ONLY_WITH_TESTS) {
      if (body.containsKey(key)) {
        errors.add(key, "means nothing in a job without tests");
      }
    }
  }

  TestedJob parse(JobRequest program, JsonObject body) {
    for (String key : List.of("stdin", "outputFiles")) {
      if (body.containsKey(key)) {
        errors.add(
            key,
            key.equals("stdin")
                ? "cannot stand beside tests: each test has its own"
                : "cannot stand beside tests: what a test leaves is judged, not kept");
      }
    }
    LanguageJob interactor = interactor(body);
    OutputJudge judge = new CheckerParser(errors, checkerPrograms).parse(body, interactor != null);
    GroupsParser groups = new GroupsParser(errors, body);
    List<TestCase> tests = tests(body, groups, judge);
    List<TestGroup> finished = groups.finish(tests);
    boolean scored = !finished.isEmpty() || groups.hasSeenWeights();
    return new TestedJob(
        program,
        new TestSuite(
            new Scoring(tests, finished, scored),
            judge,
            interactor,
            body.containsKey("parallelism")
                ? values.whole(body.getValue("parallelism"), "parallelism", 1, MAX_PARALLELISM)
                : 1,
            body.containsKey("stopOnFirstFailure")
                && values.flag(body.getValue("stopOnFirstFailure"), "stopOnFirstFailure"),
            keepOutput(body, tests.size(), interactor != null)));
  }

  private @Nullable LanguageJob interactor(JsonObject body) {
    return body.containsKey(INTERACTOR)
        ? interactors.apply(values.object(body.getValue(INTERACTOR), INTERACTOR))
        : null;
  }

  private List<TestCase> tests(JsonObject body, GroupsParser groups, OutputJudge judge) {
    boolean needsExpected =
        judge instanceof OutputJudge.BuiltIn rule && rule.checker().comparesOutput();
    List<@Nullable Object> list = values.list(body.getValue("tests"), "tests", MAX_TESTS);
    if (body.getValue("tests") instanceof JsonArray array && array.isEmpty()) {
      errors.add("tests", "is empty; a job has at least one, or no tests at all");
    }
    List<TestCase> tests = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String field = "tests[" + i + "]";
      JsonObject test = values.object(list.get(i), field);
      values.onlyKeys(test, field, TEST_KEYS, "a test");
      String name = name(test, field + ".name", i);
      if (!names.add(name)) {
        errors.add(field + ".name", "is there twice: " + Shown.of(name));
      }
      if (needsExpected && !test.containsKey("expected")) {
        errors.add(
            field + ".expected",
            "is missing: the checker compares with it; {\"type\": \"none\"} does not");
      }
      int group = groups.groupOf(test, field);
      tests.add(
          new TestCase(
              name,
              test.containsKey("stdin")
                  ? contents.read(test.getValue("stdin"), field + ".stdin")
                  : Content.NOTHING,
              test.containsKey("expected")
                  ? contents.readExpected(test.getValue("expected"), field + ".expected", judge)
                  : Content.NOTHING,
              test.containsKey("args")
                  ? values.arguments(test.getValue("args"), field + ".args")
                  : List.of(),
              limits(test, field + ".limits"),
              group,
              groups.weightOf(test, field, group)));
    }
    return tests;
  }

  private String name(JsonObject test, String field, int index) {
    if (!test.containsKey("name")) {
      return Integer.toString(index + 1);
    }
    return Names.read(values, errors, test.getValue("name"), field);
  }

  private LimitOverrides limits(JsonObject test, String field) {
    if (!test.containsKey("limits")) {
      return LimitOverrides.NONE;
    }
    LimitsParser parser = new LimitsParser(errors, field);
    LimitOverrides limits = parser.parse(values.object(test.getValue("limits"), field));
    policy.ifPresent(known -> parser.check(limits, known));
    return limits;
  }

  private ByteSize keepOutput(JsonObject body, int tests, boolean isInteractive) {
    ByteSize keep = KEEP_OUTPUT;
    if (body.containsKey("keepOutput")) {
      ByteSize asked = size(body.getValue("keepOutput"));
      keep = asked == null ? keep : asked;
    }
    // With an interactor two streams of two programs, and what they said to each other.
    long parts = isInteractive ? 5 : 2;
    // Divided, since the product may be too large for a long.
    if (keep.bytes() > MAX_KEPT_IN_ALL.bytes() / (parts * Math.max(1, tests))) {
      errors.add(
          "keepOutput",
          keep
              + (isInteractive ? " of four streams and a transcript of " : " of two streams of ")
              + tests
              + " tests is more than the "
              + MAX_KEPT_IN_ALL
              + " that one job may keep");
    }
    return keep;
  }

  private @Nullable ByteSize size(@Nullable Object value) {
    if (value instanceof Number) {
      errors.add("keepOutput", "is a plain number; write it with a unit, as in \"4KiB\"");
    } else if (!(value instanceof String text)) {
      errors.add("keepOutput", "must be a string such as \"4KiB\", not " + Values.kindOf(value));
    } else if (text.length() > MAX_SIZE_CHARACTERS) {
      errors.add("keepOutput", "has " + text.length() + " characters; write it as in \"4KiB\"");
    } else {
      try {
        return ByteSize.parse(text);
      } catch (IllegalArgumentException e) {
        errors.add("keepOutput", String.valueOf(e.getMessage()));
      }
    }
    return null;
  }
}
