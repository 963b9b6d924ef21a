package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.job.StoredFiles;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.validation.SchemaValidationException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/** Generated bodies: whatever comes in, the answer is one of the contract's, and never a fault. */
class MalformedBodyTest {
  private static final Set<Integer> ALLOWED = Set.of(202, 400, 429);

  private static ServerFixture server;
  private static Validator contract;
  private static JobParser parser;
  private static JobSchema schema;

  @BeforeContainer
  static void open() {
    server = new ServerFixture();
    contract =
        server
            .contract()
            .openApi()
            .getSchemaRepository()
            .validator(
                server
                    .contract()
                    .openApi()
                    .operation("createJob")
                    .getRequestBody()
                    .getContent()
                    .get("application/json")
                    .getSchema());
    schema = new JobSchema(server.contract().openApi(), JobSchema.ONE);
    parser = new JobParser(TestLanguage.ALL, PolicyCatalog.shipped(), StoredFiles.NONE);
  }

  @AfterContainer
  static void close() {
    if (server != null) { // jqwik closes what it has not opened when a run asks for another test
      server.close();
    }
  }

  @Property(tries = 3000)
  void parserRefusesWhateverTheContractRefuses(@ForAll("bodies") JsonObject body) {
    boolean allowed = contract.validate(body).getValid();
    boolean parsed = parses(body);
    Statistics.label("contract/parser").collect(allowed + "/" + parsed);
    Statistics.label("contract/parser")
        .coverage(
            coverage -> {
              coverage.check("true/true").percentage(percentage -> percentage > 1);
              coverage.check("false/false").percentage(percentage -> percentage > 1);
              coverage.check("true/false").percentage(percentage -> percentage > 1);
            });
    assertTrue(allowed || !parsed, () -> "only the contract refuses " + body.encode());
  }

  @Property(tries = 3000)
  void bodiesAreCheckedAsTheContractSays(@ForAll("bodies") JsonObject body) {
    assertEquals(contract.validate(body).getValid(), fits(body), body::encode);
  }

  private static boolean fits(JsonObject body) {
    try {
      schema.check(body);
      return true;
    } catch (SchemaValidationException e) {
      return false;
    }
  }

  private static boolean parses(JsonObject body) {
    try {
      parser.parse(StrictJson.decode(body.toBuffer().getBytes()));
      return true;
    } catch (ProblemException e) {
      assertEquals(400, e.problem().status());
      assertFalse(e.problem().errors().isEmpty());
      return false;
    }
  }

  @Property(tries = 500)
  void bodyIsAcceptedOrRefusedWithAField(@ForAll("bodies") JsonObject body) {
    check(server.post("/v1/jobs", body), contract.validate(body).getValid());
  }

  @Property(tries = 500)
  void damagedTextIsAcceptedOrRefusedWithAField(@ForAll("damaged") byte[] body) {
    check(server.post("/v1/jobs", Buffer.buffer(body)), true);
  }

  private static void check(Answer answer, boolean mayBeAccepted) {
    assertTrue(ALLOWED.contains(answer.status()), () -> answer.status() + ": " + answer.body());
    if (answer.status() == 400) {
      JsonObject problem = answer.json();
      assertFalse(problem.getString("field").isEmpty());
      assertEquals(
          problem.getString("field"),
          problem.getJsonArray("errors").getJsonObject(0).getString("field"));
    } else {
      assertTrue(mayBeAccepted);
    }
  }

  /** Objects with the contract's keys, each with a fitting value or with anything. */
  @Provide
  Arbitrary<JsonObject> bodies() {
    Map<String, Arbitrary<Object>> fitting = new LinkedHashMap<>(ofTests());
    fitting.put("programs", programs());
    fitting.putAll(
        Map.of(
            "language", Arbitraries.of("python", "cpp", "rust"),
            "source", Arbitraries.of("x", new JsonObject().put("base64", "AA==")),
            "main", Arbitraries.of("a", "b/c"),
            "command", Arbitraries.of(array("cat"), array("echo", "a")),
            "policy", Arbitraries.of("default", "strict"),
            "files", Arbitraries.of(new JsonObject().put("a", "x"), new JsonObject()),
            "args", Arbitraries.of(array(), array("-x", "y")),
            "stdin", Arbitraries.of("in", new JsonObject().put("base64", "")),
            "limits",
                Arbitraries.of(
                    new JsonObject(),
                    new JsonObject().put("memory", "1MiB").put("cpuTime", "1s500ms"),
                    new JsonObject().put("pids", 3).put("cpus", 0.5)),
            "outputFiles", Arbitraries.of(array("a"), array("a", "d/b"))));
    return Arbitraries.of("language", "command", "programs")
        .flatMap(
            kind -> {
              List<Arbitrary<JsonObject>> parts = new ArrayList<>();
              fitting.forEach(
                  (key, values) -> {
                    parts.add(part(key, values, presence(key, kind)));
                  });
              parts.add(part("extra", junk(), 0.02));
              return Combinators.combine(parts).as(MalformedBodyTest::merge);
            });
  }

  /** Tests, and what stands beside them; each test and group has a part that may be junk. */
  private Map<String, Arbitrary<Object>> ofTests() {
    Arbitrary<JsonObject> test =
        Combinators.combine(
                part("expected", Arbitraries.of("1", new JsonObject().put("base64", "AA==")), 0.9),
                part("name", Arbitraries.of("a", "b", "c"), 0.3),
                part("weight", Arbitraries.of(1, 0.5, 0, 1_000_000), 0.3),
                part("group", Arbitraries.of("g"), 0.1),
                part("args", Arbitraries.of(array(), array("x")), 0.2),
                part("limits", Arbitraries.of(new JsonObject().put("cpuTime", "1s")), 0.2))
            .as(
                (expected, name, weight, group, args, limits) ->
                    merge(List.of(expected, name, weight, group, args, limits)));
    Arbitrary<JsonObject> checker =
        Combinators.combine(
                part("type", Arbitraries.of("lines", "none", "floats", "program"), 0.95),
                part("absolute", Arbitraries.of(1, 1e-9, 0), 0.3),
                part("language", Arbitraries.of("cpp", "python"), 0.2),
                part("source", Arbitraries.of("x"), 0.2))
            .as(
                (type, absolute, language, source) ->
                    merge(List.of(type, absolute, language, source)));
    Map<String, Arbitrary<Object>> fitting = new LinkedHashMap<>();
    fitting.put(
        "tests",
        test.list().ofMinSize(1).ofMaxSize(3).map(tests -> new JsonArray(List.copyOf(tests))));
    fitting.put("checker", checker.map(value -> value));
    fitting.put(
        "interactor",
        Combinators.combine(
                part("language", Arbitraries.of("cpp", "python"), 0.9),
                part("source", Arbitraries.of("x"), 0.9),
                part("files", Arbitraries.of(new JsonObject().put("testlib.h", "x")), 0.2))
            .as((language, source, files) -> merge(List.of(language, source, files))));
    fitting.put(
        "groups",
        Arbitraries.of(
            new JsonArray().add(new JsonObject().put("name", "g")),
            new JsonArray()
                .add(
                    new JsonObject().put("name", "g").put("scoring", "minimum").put("weight", 3))));
    fitting.put("parallelism", Arbitraries.of(1, 2, 64));
    fitting.put("stopOnFirstFailure", Arbitraries.of(true, false));
    fitting.put("keepOutput", Arbitraries.of("0B", "4KiB"));
    return fitting;
  }

  /** Linked programs, each of which has a part that may be junk. */
  private Arbitrary<Object> programs() {
    Arbitrary<JsonObject> first =
        Combinators.combine(
                part("name", Arbitraries.of("server"), 0.97),
                part("language", Arbitraries.of("python"), 0.95),
                part("source", Arbitraries.of("x"), 0.97),
                part("service", Arbitraries.of(true, false), 0.5),
                part("limits", Arbitraries.of(new JsonObject().put("output", "1MiB")), 0.2))
            .as(
                (name, language, source, service, limits) ->
                    merge(List.of(name, language, source, service, limits)));
    Arbitrary<JsonObject> second =
        Combinators.combine(
                part("name", Arbitraries.of("client"), 0.97),
                part("command", Arbitraries.of(array("cat")), 0.95),
                part("policy", Arbitraries.of("bash", "python"), 0.95),
                part(
                    "after",
                    Arbitraries.of(
                        new JsonObject().put("program", "server").put("listens", 80),
                        new JsonObject().put("program", "server").put("listens", 0)),
                    0.3),
                part("stdin", Arbitraries.of("in"), 0.3))
            .as(
                (name, command, policy, after, stdin) ->
                    merge(List.of(name, command, policy, after, stdin)));
    return Combinators.combine(first, second)
        .as((one, other) -> new JsonArray(List.of(one, other)));
  }

  private static double presence(String key, String kind) {
    if (kind.equals("programs") || key.equals("programs")) {
      return kind.equals(key) ? 0.97 : 0.005;
    }
    boolean language = kind.equals("language");
    return switch (key) {
      case "language" -> language ? 0.97 : 0.02;
      case "command" -> language ? 0.02 : 0.97;
      case "source" -> language ? 0.85 : 0.02;
      case "main", "args" -> language ? 0.3 : 0.02;
      case "policy" -> language ? 0.02 : 0.3;
      case "tests" -> 0.3;
      case "groups", "checker", "interactor", "parallelism", "stopOnFirstFailure", "keepOutput" ->
          0.04;
      default -> 0.3;
    };
  }

  private static JsonArray array(String... values) {
    return new JsonArray(List.of(values));
  }

  private static JsonObject merge(List<JsonObject> parts) {
    JsonObject body = new JsonObject();
    parts.forEach(body::mergeIn);
    return body;
  }

  /** Nothing, or an object with the key and a value that is junk one time in twelve. */
  private Arbitrary<JsonObject> part(String key, Arbitrary<Object> fitting, double presence) {
    Arbitrary<Object> value =
        Arbitraries.integers().between(0, 11).flatMap(choice -> choice == 0 ? junk() : fitting);
    return Arbitraries.integers()
        .between(0, 99)
        .flatMap(
            choice ->
                choice < presence * 100
                    ? value.map(chosen -> object(key, chosen))
                    : Arbitraries.just(new JsonObject()));
  }

  private static JsonObject object(String key, @Nullable Object value) {
    return new JsonObject().put(key, value);
  }

  /** Values of every kind that fit nowhere, or only here and there. */
  private static Arbitrary<Object> junk() {
    Arbitrary<Object> plain =
        Arbitraries.of(
            7,
            -1,
            1.5,
            1L << 60,
            true,
            "",
            "x",
            "../x",
            "/x",
            "a\u0000b",
            "\ud800",
            "1",
            "1s",
            "1KiB",
            "x".repeat(5000));
    Arbitrary<Object> nested =
        Combinators.combine(
                plain,
                Arbitraries.of(
                    "base64",
                    "content",
                    "executable",
                    "memory",
                    "pids",
                    "cpuTime",
                    "a",
                    "../a",
                    ""))
            .as((value, key) -> object(key, value));
    return Arbitraries.oneOf(
        plain,
        nested,
        plain.map(value -> new JsonArray().add(value)),
        nested.map(value -> new JsonArray().add(value)),
        nested.map(value -> object("a", value)),
        Arbitraries.just(new JsonArray()),
        Arbitraries.just(new JsonObject()),
        Arbitraries.just(new JsonArray().addNull()));
  }

  /** Texts of objects with a few bytes changed, left out or put in. */
  @Provide
  Arbitrary<byte[]> damaged() {
    Arbitrary<Integer> positions = Arbitraries.integers().between(0, 10_000);
    return Combinators.combine(
            bodies(), positions, Arbitraries.bytes(), Arbitraries.integers().between(0, 3))
        .as(
            (body, position, with, kind) -> {
              byte[] text = body.encode().getBytes(StandardCharsets.UTF_8);
              return damage(text, position % text.length, with, kind);
            });
  }

  private static byte[] damage(byte[] text, int position, byte with, int kind) {
    Buffer buffer = Buffer.buffer();
    buffer.appendBytes(text, 0, position);
    switch (kind) {
      case 0 -> buffer.appendByte(with).appendBytes(text, position + 1, text.length - position - 1);
      case 1 -> buffer.appendBytes(text, position + 1, text.length - position - 1);
      case 2 -> buffer.appendByte(with).appendBytes(text, position, text.length - position);
      default -> {
        // cut off here
      }
    }
    return buffer.getBytes();
  }
}
