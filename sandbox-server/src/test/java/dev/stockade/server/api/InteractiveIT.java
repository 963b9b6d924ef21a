package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real programs that talk with real interactors, over HTTP. */
final class InteractiveIT {

  /** Says hello, or behaves as it is told to. */
  private static final String PROGRAM =
      """
      import os, sys
      word = input()
      if word == "abort": os.abort()
      if word == "exit": sys.exit(3)
      if word == "wait": input()
      if word == "chat":
          while True: print(word, flush=True)
      if word == "loop":
          while True: pass
      print("hello", flush=True)
      """;

  /** Says the test's input, hears a line, and ends as the first word of the answer says. */
  private static final String INTERACTOR =
      """
      import os, sys, time
      given, output, answer = sys.argv[1:]
      print(open(given).read(), flush=True)
      words = open(answer).read().split()
      if words[0] == "deaf": time.sleep(1000)
      line = sys.stdin.readline()
      if words[-1] != "silent": open(output, "w").write(words[0] + " " + line)
      print("points 0.5" if words[0] == "7" else "heard " + line, file=sys.stderr)
      if words[0] == "abort": os.abort()
      sys.exit(int(words[0]))
      """;

  private static RealSandboxes real;
  private static ServerFixture server;

  @BeforeAll
  static void open() {
    real = RealSandboxes.withToolchains(List.of(), "cpp", "python");
    server = new ServerFixture(real.services());
  }

  @AfterAll
  static void close() {
    if (real != null) {
      server.close();
      real.close();
    }
  }

  private static JsonObject program(String language, String source) {
    return new JsonObject().put("language", language).put("source", source);
  }

  private static JsonObject test(String stdin, String expected) {
    return new JsonObject().put("stdin", stdin).put("expected", expected);
  }

  private static JsonObject wall(String time) {
    return new JsonObject().put("wallTime", time);
  }

  private static JsonObject job(JsonObject... tests) {
    return program("python", PROGRAM)
        .put("interactor", program("python", INTERACTOR))
        .put("tests", new JsonArray(List.of(tests)));
  }

  private static JsonObject run(JsonObject job) {
    return server.done(job);
  }

  private static Stream<JsonObject> tests(JsonObject job) {
    return job.getJsonObject("judgement").getJsonArray("tests").stream()
        .map(JsonObject.class::cast);
  }

  private static List<String> verdicts(JsonObject job) {
    return tests(job).map(test -> test.getString("verdict")).toList();
  }

  @Test
  void theInteractorsWordCountsUnlessTheProgramBrokeFirst() {
    JsonObject limits = new JsonObject().put("cpuTime", "1s");
    JsonObject job =
        run(
            job(
                    test("hello", "0"),
                    test("hello", "1"),
                    test("hello", "2"),
                    test("hello", "7"),
                    test("hello", "3"),
                    test("hello", "abort"),
                    test("abort", "1"),
                    test("exit", "0"),
                    test("chat", "1"),
                    test("loop", "1").put("limits", limits))
                .put("parallelism", 2));
    assertEquals(
        List.of(
            "ACCEPTED",
            "WRONG_ANSWER",
            "PRESENTATION_ERROR",
            "PARTIAL",
            "CHECKER_ERROR",
            "CHECKER_ERROR",
            "SIGNALED",
            "NONZERO_EXIT",
            "WRONG_ANSWER",
            "CPU_TIME_LIMIT"),
        verdicts(job),
        job::encodePrettily);
    assertEquals(
        List.of("solution", "solution", "interactor", "solution"),
        Stream.of(6, 7, 8, 9)
            .map(i -> tests(job).toList().get(i).getJsonObject("interaction").getString("first"))
            .toList());
    assertEquals("heard hello", tests(job).toList().get(1).getString("comment"));
    assertEquals(1.5, job.getJsonObject("judgement").getDouble("score"));
    assertEquals("CHECKER_ERROR", job.getString("verdict"));
  }

  @Test
  void whoOwesAWordWhenTimeIsOverStalled() {
    JsonObject job =
        run(
            job(
                    // enough for the interactor to say its word on any machine
                    test("wait", "0").put("limits", wall("15s")),
                    test("hello", "deaf").put("limits", wall("1m")))
                .put("parallelism", 2)
                .put("interactor", program("python", INTERACTOR).put("limits", wall("30s"))));
    assertEquals(List.of("WALL_TIME_LIMIT", "CHECKER_ERROR"), verdicts(job), job::encodePrettily);
  }

  @Test
  void whatTheySaidIsInTheAnswer() {
    String guesser =
        """
        low, high = 1, 100
        while low < high:
            middle = (low + high) // 2
            print("?", middle, flush=True)
            if input() == "more": low = middle + 1
            else: high = middle
        print("!", low)
        """;
    String asker =
        """
        import sys
        secret = int(open(sys.argv[1]).read())
        for line in sys.stdin:
            kind, number = line.split()
            if kind == "!": sys.exit(int(number) != secret)
            print("more" if secret > int(number) else "no more", flush=True)
        sys.exit(1)
        """;
    JsonObject job =
        run(
            program("python", guesser)
                .put("interactor", program("python", asker))
                .put(
                    "tests",
                    new JsonArray()
                        .add(new JsonObject().put("stdin", "51"))
                        .add(new JsonObject().put("stdin", "1000"))));
    assertEquals(List.of("ACCEPTED", "WRONG_ANSWER"), verdicts(job), job::encodePrettily);
    JsonObject first = tests(job).toList().get(0);
    JsonObject talk = first.getJsonObject("interaction");
    List<String> said =
        talk.getJsonArray("transcript").stream()
            .map(JsonObject.class::cast)
            .map(piece -> piece.getString("from") + " " + piece.getString("text").strip())
            .toList();
    assertEquals(
        List.of("solution ? 50", "interactor more", "solution ? 75", "interactor no more"),
        said.subList(0, 4));
    assertEquals("solution ! 51", said.get(said.size() - 1));
    assertFalse(talk.getBoolean("transcriptTruncated"));
    assertEquals("OK", talk.getJsonObject("interactor").getString("verdict"));
    assertTrue(first.getJsonObject("result").getString("stdout").startsWith("? 50\n? 75\n"));
  }

  @Test
  void aTranscriptIsCutWhereItIsAskedTo() {
    // Each piece counts 16 bytes besides its own, and 5 are said by each at least.
    JsonObject job = run(job(test("chat", "1")).put("keepOutput", "40B"));
    JsonObject talk = tests(job).toList().get(0).getJsonObject("interaction");
    assertTrue(talk.getBoolean("transcriptTruncated"));
    assertTrue(talk.getInteger("transcriptBytes") >= 10);
    assertEquals(
        List.of("interactor", "solution"),
        talk.getJsonArray("transcript").stream()
            .map(piece -> ((JsonObject) piece).getString("from"))
            .toList());
  }

  @Test
  void aCheckerBesideItReadsWhatItLeft() {
    JsonObject job =
        run(
            job(
                    test("hello", "0 hello"),
                    test("hello", "0 goodbye"),
                    test("hello", "1 hello"),
                    test("hello", "0 silent"))
                .put("checker", new JsonObject().put("type", "tokens")));
    assertEquals(
        List.of("ACCEPTED", "WRONG_ANSWER", "WRONG_ANSWER", "CHECKER_ERROR"),
        verdicts(job),
        job::encodePrettily);
  }

  @Test
  void anInteractorThatCannotBeCompiledIsTheProblemsFault() {
    JsonObject job = run(job(test("x", "0")).put("interactor", program("cpp", "int main( {")));
    assertEquals("CHECKER_ERROR", job.getString("verdict"));
    assertEquals(List.of("SKIPPED"), verdicts(job));
    JsonObject judgement = job.getJsonObject("judgement");
    assertTrue(judgement.getJsonObject("interactorCompile").getString("stderr").contains("error"));
    assertNull(judgement.getJsonObject("checkerCompile"));
    assertNull(tests(job).toList().get(0).getJsonObject("interaction"));
  }

  @Test
  void whatTheProgramSaysIsToldWhileItRunsAndWhatTheInteractorSaysIsNot() {
    String id =
        server
            .post("/v1/jobs", job(test("hello", "0")).put("outputEvents", true))
            .json()
            .getString("id");
    String events = String.valueOf(server.get("/v1/jobs/" + id + "/events").body());
    assertTrue(events.contains("{\"stream\":\"stdout\",\"test\":0,\"text\":\"hello\\n\"}"), events);
    assertFalse(events.contains("heard hello"), events);
  }

  /** Each takes two slots of the same sandbox. */
  @Test
  void commandsMayTalkAsWellAndManyAtOneTime() {
    JsonObject command =
        new JsonObject()
            .put("command", new JsonArray().add("sh").add("-c").add("read x; echo hello"))
            .put("interactor", program("python", INTERACTOR))
            .put("parallelism", 8)
            .put("tests", new JsonArray());
    for (int i = 0; i < 12; i++) {
      command.getJsonArray("tests").add(test("hello", "0"));
    }
    JsonObject job = run(command);
    assertEquals("ACCEPTED", job.getString("verdict"), job::encodePrettily);
    assertEquals(12, job.getJsonObject("judgement").getInteger("score"));
  }
}
