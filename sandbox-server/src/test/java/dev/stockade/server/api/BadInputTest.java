package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.api.ServerFixture.Answer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that cannot be run: the exact field, the exact words, and nothing run. */
class BadInputTest {
  private static ServerFixture server;

  @BeforeAll
  static void open() {
    server = new ServerFixture();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @AfterEach
  void nothingHasRun() {
    assertTrue(server.runner.started.isEmpty());
  }

  static Stream<Arguments> bodies() {
    String longName = "x".repeat(256);
    String longPath = "d/".repeat(2047) + "xy";
    return Stream.of(
        // neither, both, wrong company
        bad("{}", "language", "is missing: a job has either a language or a command"),
        bad(
            "{'language':'python','command':['x']}",
            "command",
            "cannot stand beside language: a job has one of the two"),
        bad(
            "{'language':'python'}",
            "source",
            "is missing: a job with a language has source or files"),
        bad(
            "{'language':'python','source':'','policy':'default'}",
            "policy",
            "is not a key of a job with a language; its keys are language, source, main, files, args,"
                + " stdin, limits, outputFiles, outputEvents, tests, groups, checker, interactor, parallelism,"
                + " stopOnFirstFailure, keepOutput, priority, callback"),
        bad(
            "{'command':['x'],'args':[]}",
            "args",
            "is not a key of a job with a command; its keys are command, policy, files, stdin, limits,"
                + " outputFiles, outputEvents, tests, groups, checker, interactor, parallelism, stopOnFirstFailure,"
                + " keepOutput, priority, callback"),
        // language
        bad(
            "{'language':'cobol','source':''}",
            "language",
            "\"cobol\" is not a language of this server; there are: python, cpp, rust"),
        bad(
            "{'language':'rust','source':''}",
            "language",
            "\"rust\" cannot be used here: rustc is not installed"),
        bad("{'language':7,'source':''}", "language", "must be a string, not a number"),
        // source and main
        bad(
            "{'language':'python','source':7}",
            "source",
            "must be a string, or {\"base64\": …}, not a number"),
        bad(
            "{'language':'python','source':null}",
            "source",
            "must be a string, or {\"base64\": …}, not null (leave the key out)"),
        bad(
            "{'language':'python','source':{'base64':'*'}}",
            "source.base64",
            "is not base64 (RFC 4648, with + and /)"),
        bad("{'language':'python','source':{}}", "source", "must be a string, or {\"base64\": …}"),
        bad(
            "{'language':'python','source':'\\ud800'}",
            "source",
            "has half a surrogate pair; what is not text is written as {\"base64\": …}"),
        bad(
            "{'language':'python','files':{'a':'','b':''}}",
            "main",
            "must name the one of files that is the program"),
        bad(
            "{'language':'python','files':{'a':''},'main':'b'}",
            "main",
            "must name the one of files that is the program"),
        bad(
            "{'language':'python','source':'','files':{'a':''},'main':'a'}",
            "main",
            "is the name of source, and files has a file of that name as well"),
        // command
        bad("{'command':[]}", "command", "is empty; its first string names the program"),
        bad("{'command':['']}", "command[0]", "is empty; it names the program"),
        bad(
            "{'command':'ls -l'}",
            "command",
            "must be an array, one string for each argument: no shell splits it"),
        bad("{'command':7}", "command", "must be an array, not a number"),
        bad(
            "{'command':['x',7]}",
            "command[1]",
            "must be a string, or {\"base64\": …}, not a number"),
        bad(
            "{'command':['x','a\\u0000b']}",
            "command[1]",
            "has a NUL byte in it, which no argument can have"),
        bad(
            "{'command':['x',{'base64':'AA=='}]}",
            "command[1]",
            "has a NUL byte in it, which no argument can have"),
        bad(
            "{'command':['x','" + "y".repeat(131_072) + "']}",
            "command[1]",
            "has 131072 bytes; an argument has at most 131071"),
        bad(
            "{'command':[" + "'x',".repeat(4096) + "'x']}",
            "command",
            "has 4097 values; it has at most 4096"),
        bad(
            "{'command':['x'],'policy':'none'}",
            "policy",
            "\"none\" is not a policy of this server; there are: default, strict, bash, c, c-compile,"
                + " cpp, cpp-compile, go, go-compile, java, java-compile, javascript, python, rust,"
                + " rust-compile"),
        // stdin
        bad(
            "{'command':['x'],'stdin':[]}",
            "stdin",
            "must be a string, or {\"base64\": …}, not an array"),
        bad(
            "{'command':['x'],'stdin':{'base64':'AA==','x':1}}",
            "stdin.x",
            "is not a key of bytes; its keys are base64"),
        // limits
        bad("{'command':['x'],'limits':[]}", "limits", "must be an object, not an array"),
        bad(
            "{'command':['x'],'limits':{'memroy':'1MiB'}}",
            "limits.memroy",
            "is not a key of limits; its keys are cpuTime, wallTime, memory, pids, output, cpus"),
        bad(
            "{'command':['x'],'limits':{'cpuTime':2}}",
            "limits.cpuTime",
            "is a plain number; write it with a unit, as in \"2s\" or \"500ms\""),
        bad(
            "{'command':['x'],'limits':{'memory':256}}",
            "limits.memory",
            "is a plain number; write it with a unit, as in \"256MiB\" or \"1MB\""),
        bad(
            "{'command':['x'],'limits':{'wallTime':'2'}}",
            "limits.wallTime",
            "\"2\" has no unit; write \"2s\" or \"500ms\""),
        bad(
            "{'command':['x'],'limits':{'output':true}}",
            "limits.output",
            "must be a string such as \"256MiB\" or \"1MB\", not a boolean"),
        bad(
            "{'command':['x'],'limits':{'memory':'" + "9".repeat(65) + "B'}}",
            "limits.memory",
            "has 66 characters; write it as in \"256MiB\" or \"1MB\""),
        bad(
            "{'command':['x'],'limits':{'memory':'8GiB'}}",
            "limits.memory",
            "8GiB is above the ceiling of 4GiB"),
        bad(
            "{'command':['x'],'limits':{'cpuTime':'1h'}}",
            "limits.cpuTime",
            "1h is above the ceiling of 1m"),
        bad(
            "{'command':['x'],'limits':{'pids':100000}}",
            "limits.pids",
            "100000 is above the ceiling of 1024"),
        bad(
            "{'command':['x'],'limits':{'pids':99999999999}}",
            "limits.pids",
            "2147483647 is above the ceiling of 1024"),
        bad("{'command':['x'],'limits':{'pids':0}}", "limits.pids", "0 is below the least, 1"),
        bad(
            "{'command':['x'],'limits':{'pids':'64'}}",
            "limits.pids",
            "must be a whole number such as 64: it has no unit"),
        bad(
            "{'command':['x'],'limits':{'cpus':'2'}}",
            "limits.cpus",
            "must be a number such as 0.5: it has no unit"),
        bad(
            "{'command':['x'],'limits':{'cpus':64}}",
            "limits.cpus",
            "64 is above the ceiling of 2"),
        bad(
            "{'command':['x'],'limits':{'cpus':1e999}}",
            "limits.cpus",
            "Infinity is above the ceiling of 2"),
        bad("{'command':['x'],'limits':{'cpus':0}}", "limits.cpus", "0 is below the least, 0.01"),
        // files
        bad("{'command':['x'],'files':[]}", "files", "must be an object, not an array"),
        bad(
            "{'command':['x'],'files':{'../a':''}}",
            "files[\"../a\"]",
            "the name has the part \"..\"; names stay inside the workspace"),
        bad(
            "{'command':['x'],'files':{'a/../../b':''}}",
            "files[\"a/../../b\"]",
            "the name has the part \"..\"; names stay inside the workspace"),
        bad(
            "{'command':['x'],'files':{'/etc/passwd':''}}",
            "files[\"/etc/passwd\"]",
            "the name is absolute; names are relative to the workspace"),
        bad("{'command':['x'],'files':{'':''}}", "files[\"\"]", "the name is empty"),
        bad(
            "{'command':['x'],'files':{'a//b':''}}",
            "files[\"a//b\"]",
            "the name has an empty part"),
        bad("{'command':['x'],'files':{'a/':''}}", "files[\"a/\"]", "the name has an empty part"),
        bad(
            "{'command':['x'],'files':{'./a':''}}",
            "files[\"./a\"]",
            "the name has the part \".\"; names stay inside the workspace"),
        bad(
            "{'command':['x'],'files':{'a\\u0000b':''}}",
            "files[\"a\\u{0}b\"]",
            "the name has a NUL in it"),
        bad(
            "{'command':['x'],'files':{'" + longName + "':''}}",
            "files[\"" + "x".repeat(80) + "…\"]",
            "the name has a part of more than 255 bytes"),
        bad(
            "{'command':['x'],'files':{'" + longPath + "':''}}",
            "files[\"" + "d/".repeat(40) + "…\"]",
            "the name has 4096 bytes; a name has at most 4095"),
        bad(
            "{'command':['x'],'files':{'\\udc00':''}}",
            "files[\"\\u{dc00}\"]",
            "the name has half a surrogate pair, which no UTF-8 name can have"),
        bad(
            "{'command':['x'],'files':{'a':'','a/b':''}}",
            "files[\"a/b\"]",
            "needs \"a\" to be a folder, which is a file of this job"),
        bad(
            "{'command':['x'],'files':{'a':{'content':'','base64':''}}}",
            "files[\"a\"]",
            "must have exactly one of content, base64, sha256"),
        bad(
            "{'command':['x'],'files':{'a':{'content':'','executable':1}}}",
            "files[\"a\"].executable",
            "must be a boolean, not a number"),
        bad(
            "{'command':['x'],'files':{'a':{'content':7}}}",
            "files[\"a\"].content",
            "must be a string, not a number"),
        bad(
            "{'command':['x'],'files':" + manyFiles(257) + "}",
            "files",
            "has 257 files; a job has at most 256"),
        // output files
        bad("{'command':['x'],'outputFiles':'a'}", "outputFiles", "must be an array, not a string"),
        bad(
            "{'command':['x'],'outputFiles':['../a']}",
            "outputFiles[0]",
            "the name \"../a\" has the part \"..\"; names stay inside the workspace"),
        bad("{'command':['x'],'priority':11}", "priority", "must be a whole number from -10 to 10"),
        bad(
            "{'command':['x'],'outputEvents':'yes'}",
            "outputEvents",
            "must be a boolean, not a string"),
        bad("{'command':['x'],'outputFiles':['a','a']}", "outputFiles[1]", "is there twice: \"a\""),
        bad(
            "{'command':['x'],'outputFiles':[7]}",
            "outputFiles[0]",
            "must be a string, not a number"),
        // JSON itself
        bad("[]", "body", "must be a JSON object, {…}"),
        bad("", "body", "must be a JSON object, {…}"),
        bad("'x'", "body", "must be a JSON object, {…}"),
        bad("null", "body", "must be a JSON object, {…}"),
        bad(
            "{",
            "body",
            "line 1, column 2: Unexpected end-of-input: expected close marker for Object (start marker at line: 1, column: 1)"),
        bad("{'a':NaN}", "body", "line 1, column 9: Non-standard token 'NaN'"),
        bad(
            "/*x*/{}",
            "body",
            "line 1, column 1: Unexpected character ('/' (code 47)): maybe a (non-standard) comment?"),
        bad(
            "{'command':['x'],'limits':{'cpus':1E+2147483847}}",
            "body",
            "line 1, column 35: the number's exponent is out of range"),
        bad(
            "{'a':1.5e-2147483848}",
            "body",
            "line 1, column 6: the number's exponent is out of range"),
        bad("{} {}", "body", "line 1, column 4: something stands behind the object"),
        bad(
            "{'command':['x'],'stdin':'a','stdin':'b'}",
            "body",
            "line 1, column 37: Duplicate field 'stdin'"),
        bad(
            "{'a':" + "[".repeat(33) + "]".repeat(33) + "}",
            "body",
            "Document nesting depth (33) exceeds the maximum allowed (32)"));
  }

  private static Arguments bad(String body, String field, String message) {
    return Arguments.of(body.replace('\'', '"'), field, message);
  }

  private static String manyFiles(int count) {
    JsonObject files = new JsonObject();
    for (int i = 0; i < count; i++) {
      files.put("f" + i, "");
    }
    return files.encode();
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void bodyIsRefusedWithTheField(String body, String field, String message) {
    JsonObject problem = server.post("/v1/jobs?wait=30s", body).problem(400);
    assertEquals("urn:stockade:problem:invalid-request", problem.getString("type"));
    assertEquals(field, problem.getString("field"));
    assertEquals(message, problem.getJsonArray("errors").getJsonObject(0).getString("message"));
    assertEquals(field + ": " + message, problem.getString("detail"));
  }

  @Test
  void everyFaultIsNamedAtOnce() {
    JsonObject body =
        new JsonObject()
            .put("command", new JsonArray(List.of("x")))
            .put("polcy", "default")
            .put("limits", new JsonObject().put("memory", 7).put("cpuTime", "2"))
            .put("files", new JsonObject().put("/a", "").put("..", ""));
    JsonArray errors = server.post("/v1/jobs", body).problem(400).getJsonArray("errors");
    List<String> fields =
        errors.stream().map(error -> ((JsonObject) error).getString("field")).toList();
    assertEquals(
        List.of("polcy", "limits.cpuTime", "limits.memory", "files[\"/a\"]", "files[\"..\"]"),
        fields);
  }

  @Test
  void numberOfNamedFaultsIsBounded() {
    JsonObject body = command("x");
    for (int i = 0; i < 1000; i++) {
      body.put("key" + i, i);
    }
    assertEquals(20, server.post("/v1/jobs", body).problem(400).getJsonArray("errors").size());
  }

  @Test
  void longAndUnprintableKeysAreShownShortAndPrintable() {
    JsonObject body = command("x").put("\u001b[31m\u202e" + "k".repeat(5000), 1);
    String field = server.post("/v1/jobs", body).problem(400).getString("field");
    assertTrue(field.startsWith("\\u{1b}[31m\\u{202e}kkk"), field);
    assertTrue(field.endsWith("k…"), field);
    assertFalse(field.length() > 120, field);
  }

  @Test
  void emptyKeyIsAFieldThatCanBeSeen() {
    JsonObject body = command("x").put("", 1);
    assertEquals("\"\"", server.post("/v1/jobs", body).problem(400).getString("field"));
    JsonObject limits = command("x").put("limits", new JsonObject().put("", 1));
    assertEquals("limits.\"\"", server.post("/v1/jobs", limits).problem(400).getString("field"));
  }

  @Test
  void limitOfALinkedProgramThatIsTooSmallIsAFieldAtFaultNotOfTheServer() {
    JsonObject small = new JsonObject().put("memory", "0B");
    JsonArray programs =
        new JsonArray()
            .add(command("x").put("name", "a").put("limits", small))
            .add(command("x").put("name", "b"));
    assertEquals(
        "programs[0].limits.memory",
        server
            .post("/v1/jobs", new JsonObject().put("programs", programs))
            .problem(400)
            .getString("field"));
  }

  @Test
  void invalidUtf8IsRefusedWithItsPlace() {
    byte[] body = "{\"command\":[\"x\"],\"stdin\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    body[26] = (byte) 0xff;
    JsonObject problem = server.post("/v1/jobs", Buffer.buffer(body)).problem(400);
    assertEquals("body: is not valid UTF-8 at byte 26", problem.getString("detail"));
  }

  @Test
  void brokenJsonIsRefusedWithItsPlace() {
    JsonObject problem = server.post("/v1/jobs", "{\"command\":\n  [\"x\"\n}").problem(400);
    assertEquals("body", problem.getString("field"));
    assertTrue(
        problem.getString("detail").startsWith("body: line 3, column 1: Unexpected close marker"),
        problem.getString("detail"));
  }

  @Test
  void numberOfValuesIsBounded() {
    Answer answer = server.post("/v1/jobs", "{\"x\":[" + "1,".repeat(200_000) + "1]}");
    assertTrue(answer.problem(400).getString("detail").contains("Token count"));
  }

  @Test
  void numberOfDigitsIsBounded() {
    Answer answer = server.post("/v1/jobs", "{\"x\":" + "1".repeat(1_000_000) + "}");
    assertTrue(answer.problem(400).getString("detail").contains("Number value length"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          wait=10    | wait  | "10" has no unit; write "2s" or "500ms"
          wait=      | wait  | "" is blank; write "2s" or "500ms"
          wait=-1s   | wait  | "-1s" is negative; a duration is 0 or more
          wait=1h    | wait  | 1h is above the ceiling of 1m
          wiat=10s   | wiat  | is not a query parameter here; there are: wait
          wait=1s&wait=2s | wait | is there more than once
          wait=1000000000000000000000000000000000000000000000000000000000000000s | wait | has 65 characters; write it as in "10s"
          """)
  void queryIsRefusedWithTheField(String query, String field, String message) {
    JsonObject problem = server.post("/v1/jobs?" + query, command("x")).problem(400);
    assertEquals(field, problem.getString("field"));
    assertEquals(field + ": " + message, problem.getString("detail"));
  }

  @Test
  void queryThatCannotBeDecodedIsRefused() {
    server.get("/v1/languages?a=%zz").problem(400);
  }

  @Test
  void queryOfOtherOperationsIsCheckedAsWell() {
    assertEquals(
        "wait: is not a query parameter here; there are none",
        server.get("/livez?wait=1s").problem(400).getString("detail"));
  }
}
