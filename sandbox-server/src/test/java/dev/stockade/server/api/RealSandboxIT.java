package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static dev.stockade.server.api.ServerFixture.command;
import static dev.stockade.server.api.ServerFixture.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.api.ServerFixture.Answer;
import dev.stockade.server.job.Language;
import dev.stockade.server.worker.CompileCache;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From an HTTP request to real programs in real sandboxes, and back. */
final class RealSandboxIT {

  /** Seconds that no other program of this machine sleeps, not even another run of these tests. */
  private static final String SLEEP_DELETED = "51847." + ProcessHandle.current().pid();

  private static final String SLEEP_HUNG_UP = "51848." + ProcessHandle.current().pid();
  private static RealSandboxes real;
  private static ServerFixture server;

  @BeforeAll
  static void open() {
    List<Language> all =
        List.of(
            new ScriptLanguage("interpreted", Optional.empty(), "sh"),
            new ScriptLanguage("copied", Optional.of("cp main.sh program"), ""),
            new ScriptLanguage("no-compiler", Optional.of("no-such-compiler"), ""),
            new ScriptLanguage("no-interpreter", Optional.empty(), "no-such-interpreter"));
    real = RealSandboxes.with(all, CompileCache.ofSize(ByteSize.ofMebibytes(8)));
    server = new ServerFixture(real.services());
  }

  @AfterAll
  static void close() {
    if (real != null) {
      server.close();
      real.close();
    }
  }

  private static JsonObject script(String language, String source) {
    return new JsonObject().put("language", language).put("source", source);
  }

  private static JsonObject run(JsonObject job) {
    return server.done(job);
  }

  @Test
  void serverBecomesReadyByRunningAJob() {
    eventually("ready", () -> server.get("/readyz").status() == 200);
  }

  @Test
  void commandRunsWithItsFilesAndLeavesFiles() {
    JsonObject job =
        command("sh", "-c", "cat in/a - > out; ls -l in/tool | cut -c1-10; exit 3")
            .put("stdin", "two\n")
            .put(
                "files",
                new JsonObject()
                    .put("in/a", "one\n")
                    .put("in/tool", new JsonObject().put("content", "x").put("executable", true)))
            .put("outputFiles", new JsonArray(List.of("out", "missing")));
    JsonObject result = run(job).getJsonObject("result");
    assertEquals("NONZERO_EXIT", result.getString("verdict"));
    assertEquals(3, result.getInteger("exitCode"));
    assertEquals("-rwxr-xr-x\n", result.getString("stdout"));
    assertEquals(
        "one\ntwo\n", result.getJsonObject("files").getJsonObject("out").getString("content"));
    assertEquals(java.util.Set.of("missing"), result.getJsonObject("fileErrors").fieldNames());
    assertTrue(result.getJsonObject("usage").getLong("memoryPeakBytes") > 0);
  }

  @Test
  void theSameSourceIsCompiledOnceAndNoJobChangesWhatAnotherGets() {
    String source = "#!/bin/sh\nhead -c 9 $0; rm $0; echo ' poison' > $0; cat $0\n";
    JsonObject first = run(script("copied", source));
    assertEquals(false, first.getJsonObject("compile").getBoolean("cached"));
    assertEquals("#!/bin/sh poison\n", first.getJsonObject("result").getString("stdout"));
    JsonObject second = run(script("copied", source));
    assertEquals(true, second.getJsonObject("compile").getBoolean("cached"));
    assertEquals("#!/bin/sh poison\n", second.getJsonObject("result").getString("stdout"));
    assertEquals(
        first.getJsonObject("compile").getJsonObject("usage"),
        second.getJsonObject("compile").getJsonObject("usage"));
    assertEquals(
        false, run(script("copied", source + " ")).getJsonObject("compile").getBoolean("cached"));
  }

  @Test
  void limitsOfTheRequestHold() {
    JsonObject result =
        run(command("sh", "-c", "while :; do :; done")
                .put("limits", new JsonObject().put("cpuTime", "100ms")))
            .getJsonObject("result");
    assertEquals("CPU_TIME_LIMIT", result.getString("verdict"));
    assertEquals("cpuTime", result.getJsonObject("evidence").getString("killedFor"));
    assertTrue(result.getJsonObject("usage").getLong("cpuTimeNanos") >= 100_000_000L);
  }

  @Test
  void interpreterRunsTheSource() {
    JsonObject job = run(script("interpreted", "cat; echo done").put("stdin", "in "));
    assertNull(job.getValue("compile"));
    assertEquals("in done\n", job.getJsonObject("result").getString("stdout"));
  }

  @Test
  void compilerAndProgramRunApart() {
    JsonObject job = run(script("copied", "#!/bin/sh\necho $0; ls"));
    assertEquals("OK", job.getJsonObject("compile").getString("verdict"));
    assertEquals(new JsonObject(), job.getJsonObject("compile").getJsonObject("files"));
    assertEquals("./program\nprogram\n", job.getJsonObject("result").getString("stdout"));
  }

  @Test
  void programThatCannotBeStartedIsAFaultOfTheSource() {
    JsonObject problem = server.refused(400, script("copied", "\u007fELF nonsense"));
    assertEquals("source", problem.getString("field"));
    assertTrue(
        problem.getString("detail").startsWith("source: what was compiled cannot be started: "),
        problem.getString("detail"));
  }

  @Test
  void missingToolchainIsAFaultOfTheServer() {
    for (String language : new String[] {"no-compiler", "no-interpreter"}) {
      JsonObject problem = server.refused(500, script(language, ""));
      assertTrue(
          problem
              .getString("detail")
              .startsWith("the toolchain of " + language + " cannot be started: command: "),
          problem.getString("detail"));
    }
  }

  @Test
  void missingCommandIsAFaultOfTheRequest() {
    JsonObject problem = server.refused(400, command("no-such-program"));
    assertEquals("command", problem.getString("field"));
  }

  @Test
  void deletedJobIsKilled() {
    String location =
        String.valueOf(
            server.post("/v1/jobs", command("sleep", SLEEP_DELETED)).headers().get("location"));
    eventually("it runs", () -> countOf(SLEEP_DELETED) == 1);
    server.cancelled(location);
    assertEquals(0, countOf(SLEEP_DELETED));
  }

  @Test
  void jobOfAClientThatHangsUpIsKilled() throws IOException {
    String body = command("sleep", SLEEP_HUNG_UP).encode();
    try (RawClient client = new RawClient(server.port())) {
      client
          .head(
              "POST /v1/jobs?wait=60s HTTP/1.1",
              "Host: localhost",
              "Content-Length: " + body.length())
          .send(body);
      eventually("it runs", () -> countOf(SLEEP_HUNG_UP) == 1);
    }
    eventually("it is killed", () -> countOf(SLEEP_HUNG_UP) == 0);
  }

  @Test
  void outputIsToldWhileTheProgramRuns() throws IOException {
    String id =
        server
            .post(
                "/v1/jobs",
                command("sh", "-c", "printf 'gr\\303\\274n\\n'; printf '\\377' >&2; sleep 51852")
                    .put("limits", new JsonObject().put("wallTime", "2m"))
                    .put("outputEvents", true))
            .json()
            .getString("id");
    try (RawClient client = new RawClient(server.port())) {
      client.head("GET /v1/jobs/" + id + "/events HTTP/1.1", "Host: localhost");
      String told = client.readUntil("\"base64\":\"/w==\"}\n\n");
      if (!told.contains("stdout")) {
        told += client.readUntil("\"stream\":\"stdout\",\"text\":\"gr\u00c3\u00bcn\\n\"}\n\n");
      }
      assertTrue(told.contains("{\"stream\":\"stdout\",\"text\":\"gr\u00c3\u00bcn\\n\"}\n"), told);
      assertTrue(told.contains("{\"stream\":\"stderr\",\"base64\":\"/w==\"}\n"), told);
      assertEquals("running", server.get("/v1/jobs/" + id).json().getString("state"));
      server.delete("/v1/jobs/" + id);
      client.readUntil("event: ended\ndata: {\"state\":\"cancelled\",\"verdict\":null}\n\n");
    }
  }

  @Test
  void compilationAndTestsAreToldInTheirOrder() {
    JsonObject job =
        script("copied", "#!/bin/sh\n# told\ncat")
            .put("outputEvents", true)
            .put(
                "tests",
                new JsonArray()
                    .add(new JsonObject().put("stdin", "a").put("expected", "a"))
                    .add(new JsonObject().put("name", "b").put("stdin", "b").put("expected", "c")));
    String id = run(job).getString("id");
    assertEquals(
        """
        :

        id: 1
        event: queued
        data: {"position":0}

        id: 2
        event: started
        data: {}

        id: 3
        event: compiling
        data: {"part":"program"}

        id: 4
        event: compiled
        data: {"part":"program","verdict":"OK","cached":false}

        id: 5
        event: testStarted
        data: {"test":0,"name":"1"}

        id: 6
        event: output
        data: {"stream":"stdout","test":0,"text":"a"}

        id: 7
        event: testFinished
        data: {"test":0,"name":"1","verdict":"ACCEPTED","score":1}

        id: 8
        event: testStarted
        data: {"test":1,"name":"b"}

        id: 9
        event: output
        data: {"stream":"stdout","test":1,"text":"b"}

        id: 10
        event: testFinished
        data: {"test":1,"name":"b","verdict":"WRONG_ANSWER","score":0}

        id: 11
        event: ended
        data: {"state":"done","verdict":"WRONG_ANSWER"}

        """,
        String.valueOf(server.get("/v1/jobs/" + id + "/events").body()));
  }

  /** Nobody reads, and the job does not wait; of the output the last 256 KiB are kept. */
  @Test
  void floodOfOutputIsBoundedAndTheJobDoesNotWait() {
    JsonObject job =
        command("head", "-c", "8000000", "/dev/zero")
            .put("limits", new JsonObject().put("output", "16MiB"))
            .put("outputEvents", true);
    JsonObject done = run(job);
    assertEquals(8_000_000, done.getJsonObject("result").getInteger("stdoutBytes"));
    String told = String.valueOf(server.get("/v1/jobs/" + done.getString("id") + "/events").body());
    assertTrue(
        told.contains("event: lost\ndata: {\"first\":3,\"last\":"), () -> told.substring(0, 300));
    int bytes = told.split("u0000", -1).length - 1;
    assertTrue(bytes > 240 * 1024 && bytes <= 256 * 1024, () -> bytes + " bytes");
    assertTrue(told.endsWith("data: {\"state\":\"done\",\"verdict\":\"OK\"}\n\n"));
  }

  @Test
  void outputIsNotToldUnlessAskedFor() {
    String id = run(command("echo", "x")).getString("id");
    String told = String.valueOf(server.get("/v1/jobs/" + id + "/events").body());
    assertEquals(3, told.split("id: ", -1).length - 1, told);
  }

  @Test
  void jobsSideBySideEachGetTheirOwnOutput() {
    List<Future<Answer>> all = new ArrayList<>();
    for (int i = 0; i < ServerFixture.QUEUE; i++) {
      all.add(
          server.begin(
              HttpMethod.POST,
              "/v1/jobs?wait=60s",
              command("sh", "-c", "cat; id -u").put("stdin", "job " + i + "\n").toBuffer()));
    }
    for (int i = 0; i < all.size(); i++) {
      Answer answer = await(all.get(i));
      assertEquals(
          "job " + i + "\n1000\n",
          answer.job(200, "done").getJsonObject("result").getString("stdout"));
    }
  }

  /** How many processes of this machine have the word among their arguments. */
  private static long countOf(String word) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes.filter(process -> hasArgument(process, word)).count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean hasArgument(Path process, String word) {
    try {
      return process.getFileName().toString().matches("[0-9]+")
          && List.of(Files.readString(process.resolve("cmdline")).split("\0")).contains(word);
    } catch (IOException ended) {
      return false;
    }
  }
}
