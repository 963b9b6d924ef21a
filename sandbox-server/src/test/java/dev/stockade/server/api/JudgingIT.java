package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.command;
import static dev.stockade.server.api.ServerFixture.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real programs, compiled by real compilers, judged by the rules and by real checker programs. */
final class JudgingIT {

  /** Doubles every number; where it is asked to, it misbehaves instead. */
  private static final String DOUBLER =
      """
      #include <iostream>
      #include <string>
      #include <cstdlib>
      int main(int argc, char** argv) {
        std::string word;
        while (std::cin >> word) {
          if (word == "abort") abort();
          if (word == "exit") return 3;
          if (word == "loop") for (;;) {}
          if (word == "flood") for (;;) std::cout << word;
          if (word == "wrong") std::cout << "0\\n";
          else if (word == "args") std::cout << (argc > 1 ? argv[1] : "none") << '\\n';
          else std::cout << 2 * std::stol(word) << (argc > 1 ? "\\n" : " ");
        }
      }
      """;

  /** With testlib's convention: the output is right when it is the answer or its negative. */
  private static final String CHECKER =
      """
      import sys
      given, output, answer = (open(name).read().split() for name in sys.argv[1:])
      if len(output) != len(answer):
          print("wrong output format", len(output), "words", file=sys.stderr)
          sys.exit(2)
      right = sum(abs(int(a)) == abs(int(b)) for a, b in zip(output, answer))
      if right == len(answer):
          print("ok", right, file=sys.stderr)
          sys.exit(0)
      if right == 0:
          print("wrong answer", file=sys.stderr)
          sys.exit(1)
      print("points", right * 0.5, "some", file=sys.stderr)
      sys.exit(7)
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

  private static JsonObject test(String stdin, String expected) {
    return new JsonObject().put("stdin", stdin).put("expected", expected);
  }

  private static JsonObject doubler(JsonObject... tests) {
    return new JsonObject()
        .put("language", "cpp")
        .put("source", DOUBLER)
        .put("tests", new JsonArray(List.of(tests)));
  }

  private static JsonObject run(JsonObject job) {
    return server.done(job);
  }

  private static List<String> verdicts(JsonObject job) {
    return tests(job).map(test -> test.getString("verdict")).toList();
  }

  private static Stream<JsonObject> tests(JsonObject job) {
    return job.getJsonObject("judgement").getJsonArray("tests").stream()
        .map(JsonObject.class::cast);
  }

  private static JsonObject checkerProgram(String language, String source) {
    return new JsonObject().put("type", "program").put("language", language).put("source", source);
  }

  @Test
  void everyWayToEndIsTheTestsOwn() {
    JsonObject limits = new JsonObject().put("cpuTime", "9s").put("output", "64KiB");
    JsonObject job =
        run(
            doubler(
                    test("1 2", "2 4\n"),
                    test("1 2", "2\n4\n"),
                    test("wrong", "1"),
                    test("exit", ""),
                    test("abort", ""),
                    test("loop", "").put("limits", new JsonObject().put("cpuTime", "50ms")),
                    test("flood", ""),
                    test("args 3", "-v\n6\n").put("args", new JsonArray().add("-v")))
                .put("limits", limits));
    assertEquals(
        List.of(
            "ACCEPTED",
            "PRESENTATION_ERROR",
            "WRONG_ANSWER",
            "NONZERO_EXIT",
            "SIGNALED",
            "CPU_TIME_LIMIT",
            "OUTPUT_LIMIT",
            "ACCEPTED"),
        verdicts(job));
    assertEquals("PRESENTATION_ERROR", job.getString("verdict"));
    assertEquals("OK", job.getJsonObject("compile").getString("verdict"));
    assertNull(job.getJsonObject("result"));
    JsonObject judgement = job.getJsonObject("judgement");
    assertEquals(2, judgement.getInteger("score"));
    assertEquals(8, judgement.getInteger("maxScore"));
    JsonObject flood = judgement.getJsonArray("tests").getJsonObject(6).getJsonObject("result");
    assertEquals("flood".repeat(820).substring(0, 4096), flood.getString("stdout"));
    assertTrue(flood.getBoolean("stdoutTruncated"));
  }

  @Test
  void programThatCannotBeCompiledIsNotRun() {
    JsonObject job = run(doubler(test("1", "2")).put("source", "int main( {"));
    assertEquals("COMPILE_ERROR", job.getString("verdict"));
    assertEquals(List.of("SKIPPED"), verdicts(job));
    assertTrue(job.getJsonObject("compile").getString("stderr").contains("error"));
    assertEquals(0, job.getJsonObject("judgement").getInteger("score"));
  }

  @Test
  void firstFailureSkipsTheRestHoweverManyRunAtOneTime() {
    for (int parallelism : new int[] {1, 2}) {
      JsonObject job =
          run(
              doubler(test("1", "2"), test("wrong", "2"), test("loop", ""), test("1", "2"))
                  .put("stopOnFirstFailure", true)
                  .put("parallelism", parallelism));
      assertEquals(List.of("ACCEPTED", "WRONG_ANSWER", "SKIPPED", "SKIPPED"), verdicts(job));
      assertNull(tests(job).toList().get(2).getJsonObject("result"));
      assertEquals("WRONG_ANSWER", job.getString("verdict"));
    }
  }

  @Test
  void commandsAreJudgedAsWell() {
    JsonObject job =
        run(
            command("sort")
                .put(
                    "tests",
                    new JsonArray()
                        .add(test("b\na\n", "a\nb\n").put("name", "ascending"))
                        .add(test("a\nb\n", "b\na\n").put("args", new JsonArray().add("-r")))));
    assertEquals("ACCEPTED", job.getString("verdict"));
    assertEquals(
        List.of("ascending", "2"), tests(job).map(test -> test.getString("name")).toList());
    assertNull(job.getJsonObject("compile"));
  }

  @Test
  void subtasksAreScored() {
    JsonObject job =
        run(
            doubler(
                    test("1", "2").put("group", "samples").put("weight", 0),
                    test("2", "4").put("group", "easy"),
                    test("wrong", "4").put("group", "easy"),
                    test("3", "6").put("group", "easy"),
                    test("4", "8").put("group", "hard"))
                .put(
                    "groups",
                    new JsonArray()
                        .add(new JsonObject().put("name", "samples"))
                        .add(
                            new JsonObject()
                                .put("name", "easy")
                                .put("scoring", "allOrNothing")
                                .put("weight", 29.9)
                                .put("stopOnFirstFailure", true))
                        .add(
                            new JsonObject()
                                .put("name", "hard")
                                .put("scoring", "minimum")
                                .put("weight", 70.1))));
    assertEquals(
        List.of("ACCEPTED", "ACCEPTED", "WRONG_ANSWER", "SKIPPED", "ACCEPTED"), verdicts(job));
    assertEquals("PARTIAL", job.getString("verdict"));
    JsonObject judgement = job.getJsonObject("judgement");
    assertEquals(70.1, judgement.getDouble("score"));
    assertEquals(100, judgement.getInteger("maxScore"));
    assertEquals(
        new JsonArray()
            .add(group("samples", "ACCEPTED", 0, 0))
            .add(group("easy", "WRONG_ANSWER", 0, 29.9))
            .add(group("hard", "ACCEPTED", 70.1, 70.1))
            .encode(),
        judgement.getJsonArray("groups").encode());
  }

  private static JsonObject group(String name, String verdict, Number score, Number maxScore) {
    return new JsonObject()
        .put("name", name)
        .put("verdict", verdict)
        .put("score", score)
        .put("maxScore", maxScore);
  }

  @Test
  void checkerProgramDecides() {
    JsonObject job =
        run(
            doubler(
                    test("1 2", "-2 4").put("weight", 10),
                    test("1 2", "2 5").put("weight", 10),
                    test("wrong", "2").put("weight", 10),
                    test("1 2", "2").put("weight", 10),
                    test("exit", "").put("weight", 10))
                .put("checker", checkerProgram("python", CHECKER)));
    assertEquals(
        List.of("ACCEPTED", "PARTIAL", "WRONG_ANSWER", "PRESENTATION_ERROR", "NONZERO_EXIT"),
        verdicts(job));
    assertEquals(
        List.of("ok 2", "points 0.5 some", "wrong answer", "wrong output format 2 words", ""),
        tests(job).map(test -> test.getString("comment")).toList());
    assertEquals("PARTIAL", job.getString("verdict"));
    assertEquals(10.5, job.getJsonObject("judgement").getDouble("score"));
    assertNull(job.getJsonObject("judgement").getJsonObject("checkerCompile"));
  }

  /** The program is right, the checker is not: nobody's answer is wrong. */
  @Test
  void checkerThatFailsIsAtFaultItself() {
    JsonObject checker =
        checkerProgram("cpp", "int main(int c, char** v) { for (;;) {} }")
            .put("limits", new JsonObject().put("cpuTime", "50ms"));
    JsonObject job = run(doubler(test("1", "2")).put("checker", checker));
    assertEquals("CHECKER_ERROR", job.getString("verdict"));
    assertEquals(List.of("CHECKER_ERROR"), verdicts(job));
    assertEquals(
        "it ended with CPU_TIME_LIMIT:", tests(job).findFirst().orElseThrow().getString("comment"));
    assertEquals(
        "OK", job.getJsonObject("judgement").getJsonObject("checkerCompile").getString("verdict"));
  }

  @Test
  void checkerThatCannotBeCompiledIsAtFaultItself() {
    JsonObject job =
        run(doubler(test("1", "2")).put("checker", checkerProgram("cpp", "int main( {")));
    assertEquals("CHECKER_ERROR", job.getString("verdict"));
    assertEquals(List.of("SKIPPED"), verdicts(job));
    assertEquals("OK", job.getJsonObject("compile").getString("verdict"));
    assertEquals(
        "NONZERO_EXIT",
        job.getJsonObject("judgement").getJsonObject("checkerCompile").getString("verdict"));
  }

  @Test
  void checkersOwnFilesAreInvalidUnderTheirField() {
    JsonObject checker =
        checkerProgram("cpp", "int main() {}")
            .put("files", new JsonObject().put(".stockade/x", ""));
    JsonObject problem = server.refused(400, doubler(test("1", "2")).put("checker", checker));
    assertEquals("checker.files[.stockade/x]", problem.getString("field"));
  }

  /** Neither the answer nor the checker is anywhere where the program could look. */
  @Test
  void programSeesNothingOfTheAnswer() {
    JsonObject job =
        run(
            command(
                    "sh",
                    "-c",
                    "find . -type f; cat answer.txt output.txt input.txt 2> /dev/null; :")
                .put("tests", new JsonArray().add(test("1", "secret")))
                .put(
                    "checker",
                    checkerProgram(
                        "python", "import sys\nsys.exit(open('output.txt').read() != '')")));
    assertEquals("ACCEPTED", job.getString("verdict"), job::encodePrettily);
  }

  @Test
  void cancellationEndsEveryTest() {
    JsonObject loop = test("loop", "").put("limits", new JsonObject().put("cpuTime", "1m"));
    String id =
        server
            .post("/v1/jobs", doubler(loop, loop.copy(), loop.copy()).put("parallelism", 2))
            .json()
            .getString("id");
    eventually(
        "running", () -> "running".equals(server.get("/v1/jobs/" + id).json().getString("state")));
    JsonObject job = server.cancelled("/v1/jobs/" + id);
    assertNull(job.getJsonObject("judgement"));
    assertNull(job.getString("verdict"));
    assertFalse(job.containsKey("tests"));
  }

  @Test
  void manyTestsSideBySide() {
    JsonArray tests = new JsonArray();
    for (int i = 0; i < 60; i++) {
      tests.add(test("" + i, "" + 2 * i));
    }
    JsonObject job =
        run(doubler().put("tests", tests).put("parallelism", 8).put("keepOutput", "2B"));
    assertEquals("ACCEPTED", job.getString("verdict"));
    assertEquals(60, job.getJsonObject("judgement").getInteger("score"));
    JsonObject last = job.getJsonObject("judgement").getJsonArray("tests").getJsonObject(59);
    assertNotNull(last.getJsonObject("result"));
    assertEquals("11", last.getJsonObject("result").getString("stdout"));
    assertEquals(4, last.getJsonObject("result").getInteger("stdoutBytes"));
  }
}
