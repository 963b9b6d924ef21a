package dev.stockade.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./stockade} as a user starts it: the script, this build's jar, a process of its own. */
class LauncherIT {
  @TempDir Path folder;
  private Path launcher;

  @SuppressWarnings("ArrayRecordComponent") // bytes are the point
  private record Outcome(int status, byte[] out, String err) {}

  @BeforeAll
  static void needsSandbox() {
    SandboxNeeds.defaultPolicy();
  }

  /** The script and the build without sources: nothing can be newer than the build. */
  @BeforeEach
  void installed() throws IOException {
    launcher = Files.copy(Path.of("..", "stockade"), folder.resolve("stockade"));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(folder.resolve("sandbox-server"));
    Files.createSymbolicLink(
        folder.resolve("sandbox-server/target"), Path.of("target").toAbsolutePath());
  }

  @Test
  void everyByteOfAnArgumentArrives() throws Exception {
    Outcome outcome =
        run(
            "sh",
            "-c",
            """
            all=$(i=1; while [ $i -le 255 ]; do printf "\\\\$(printf %o $i)"; i=$((i+1)); done)
            exec "$0" run -q -- printf '%s|' "$all" '' "$(printf 'x\\377')"
            """,
            launcher.toString());
    ByteArrayOutputStream wanted = new ByteArrayOutputStream();
    for (int b = 1; b <= 255; b++) {
      wanted.write(b);
    }
    wanted.writeBytes(new byte[] {'|', '|', 'x', (byte) 0xff, '|'});
    assertEquals("", outcome.err());
    assertArrayEquals(wanted.toByteArray(), outcome.out());
    assertEquals(0, outcome.status());
  }

  @Test
  void statusAndStreamsAreTheProgramsOwnAndJavaSaysNothing() throws Exception {
    Outcome outcome = stockade("run", "-q", "--", "sh", "-c", "echo o; echo e >&2; exit 9");
    assertEquals("o\n", new String(outcome.out(), UTF_8));
    assertEquals("e\n", outcome.err());
    assertEquals(9, outcome.status());
  }

  /** The Java VM ignores an archive of another jar, such as {@code mvn verify} leaves behind. */
  @Test
  void archivesOfClassesAreOfTheJarThatIsThere() throws Exception {
    Path target = folder.resolve("sandbox-server/target");
    Path jar = target.resolve("sandbox-server-0.1.0-SNAPSHOT.jar");
    assertEquals(0, stockade("--version").status());
    try (Stream<Path> files = Files.list(target)) {
      boolean archived =
          files.anyMatch(file -> file.toString().endsWith(".archived") && isNewer(file, jar));
      assertEquals(Files.isWritable(target), archived);
    }
  }

  private static boolean isNewer(Path file, Path other) {
    return file.toFile().lastModified() > other.toFile().lastModified();
  }

  @Test
  void outputFilesComeToTheCurrentFolder() throws Exception {
    Outcome outcome =
        stockade(
            "run",
            "-q",
            "--output-file=a/b.bin",
            "--output-file=gone",
            "--",
            "sh",
            "-c",
            "mkdir a; printf '\\377' > a/b.bin");
    assertEquals(0, outcome.status());
    assertArrayEquals(new byte[] {(byte) 0xff}, Files.readAllBytes(folder.resolve("a/b.bin")));
    assertTrue(outcome.err().startsWith("stockade: --output-file gone: "), outcome.err());
  }

  @Test
  void aReaderThatGoesAwayEndsTheRunQuietly() throws Exception {
    Outcome outcome =
        run(
            "bash",
            "-c",
            "\"$0\" run --wall-time=1m -- yes | head -n 1; echo ${PIPESTATUS[0]}",
            launcher.toString());
    assertEquals("y\n141\n", new String(outcome.out(), UTF_8));
    assertEquals("", outcome.err());
  }

  @Test
  void aFullDiskIsSaidPlainly() throws Exception {
    Outcome outcome = run("sh", "-c", "\"$0\" run -- echo x >/dev/full", launcher.toString());
    assertEquals(ExitCode.UNAVAILABLE, outcome.status());
    assertEquals(
        "stockade: the program's standard output cannot be written: No space left on device\n",
        outcome.err());
  }

  @Test
  void anInterruptEndsTheRun() throws Exception {
    Process process = start("run", "--wall-time=1m", "--", "sh", "-c", "echo up; exec sleep 60");
    assertEquals('u', process.getInputStream().read());
    process.toHandle().destroy();
    assertEquals(143, process.waitFor(), "128 and SIGTERM");
    assertEquals("", new String(process.getErrorStream().readAllBytes(), UTF_8));
  }

  @Test
  void doctorFindsThisHostReady() throws Exception {
    Outcome outcome = stockade("doctor", "--json");
    JsonObject report = new JsonObject(new String(outcome.out(), UTF_8));
    assertTrue(report.getBoolean("ready"), () -> report.encodePrettily());
    assertEquals(0, outcome.status());
    assertEquals("", outcome.err());
  }

  @Test
  void explainTellsTheWholePlanAsTextAndAsJson() throws Exception {
    Outcome text = stockade("explain", "strict", "--", "ls", "-l");
    assertEquals("", text.err());
    String shown = new String(text.out(), UTF_8);
    assertTrue(shown.startsWith("policy strict: "), shown);
    for (String part : List.of("\"-l\"", "pivot_root", "SECCOMP_SET_MODE_FILTER", "execve")) {
      assertTrue(shown.contains(part), part);
    }
    JsonObject json =
        new JsonObject(new String(stockade("explain", "--json", "strict").out(), UTF_8));
    assertEquals("strict", json.getString("policy"));
    assertFalse(json.getJsonArray("plans").isEmpty());
  }

  @Test
  void explainTellsTheStoryAsTextAndAsJson() throws Exception {
    Outcome text = stockade("explain", "--story", "strict");
    assertEquals("", text.err());
    String shown = new String(text.out(), UTF_8);
    assertTrue(
        shown.startsWith("What protects this host from a run under the policy strict: "), shown);
    JsonObject json =
        new JsonObject(new String(stockade("explain", "--story", "--json", "strict").out(), UTF_8));
    JsonObject first =
        json.getJsonArray("chapters").getJsonObject(0).getJsonArray("protections").getJsonObject(0);
    assertEquals("holds", first.getString("standing"));
    assertTrue(shown.contains(first.getString("text")), shown);
    assertEquals(64, stockade("explain", "--story", "--bpf").status());
  }

  @Test
  void explainTellsWhereATerminalComesFrom() throws Exception {
    String without = new String(stockade("explain").out(), UTF_8);
    String with = new String(stockade("explain", "--terminal").out(), UTF_8);
    assertFalse(without.contains("devpts"), without);
    assertTrue(with.contains("ioctl(the other side, TIOCSCTTY, 0)"), with);
  }

  @Test
  void explainTellsWhatEachStepCostsAsTextAndAsJson() throws Exception {
    Outcome text = stockade("explain", "--timing", "strict", "--", "/bin/sh", "-c", "exit 3");
    assertEquals("", text.err());
    String shown = new String(text.out(), UTF_8);
    assertTrue(
        shown.startsWith(
            "policy strict, command \"/bin/sh\" \"-c\" \"exit 3\"\n25 runs ended with NONZERO_EXIT\n"),
        shown);
    assertTrue(shown.contains("recvmsg(job, msghdr, 0)   # ? waits for the server"));
    JsonObject json =
        new JsonObject(new String(stockade("explain", "--timing", "--json").out(), UTF_8));
    assertEquals(25, json.getJsonObject("verdicts").getInteger("OK"));
    JsonObject program = json.getJsonArray("plans").getJsonObject(5);
    assertEquals("program", program.getString("name"));
    JsonObject execve = program.getJsonArray("steps").getJsonObject(0);
    assertEquals("REQUEST", execve.getString("moment"));
    assertTrue(execve.getLong("nanos") > 0);
    assertTrue(execve.containsKey("unknown"));
    assertEquals(64, stockade("explain", "--timing", "--bpf").status());
    assertEquals(64, stockade("explain", "--timing", "--terminal").status());
  }

  @Test
  void serveListensRunsAJobAndEndsWhenTold() throws Exception {
    Process server = start("serve", "--port=0");
    try (BufferedReader lines = server.inputReader(UTF_8)) {
      String listening = lines.readLine();
      assertTrue(listening.startsWith("listening on http://127.0.0.1:"), listening);
      String line = lines.readLine();
      while (line != null && !line.contains("curl ")) {
        line = lines.readLine();
      }
      assertNotNull(line, "no line of curl to try");
      URI address = URI.create(listening.substring("listening on ".length()) + "/v1/jobs?wait=1m");
      HttpRequest job =
          HttpRequest.newBuilder(address)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"command\":[\"rev\"],\"stdin\":\"stressed\"}"))
              .build();
      String answer = HttpClient.newHttpClient().send(job, BodyHandlers.ofString()).body();
      assertEquals(
          "desserts", new JsonObject(answer).getJsonObject("result").getString("stdout"), answer);
      server.toHandle().destroy();
      assertEquals(0, server.waitFor());
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void benchMeasuresEverythingAndWritesAPage() throws Exception {
    Outcome outcome = stockade("bench", "--quick", "--runs=10", "--json", "--html=page.html");
    assertEquals("", outcome.err());
    JsonObject report = new JsonObject(new String(outcome.out(), UTF_8));
    JsonObject first = report.getJsonArray("workloads").getJsonObject(0);
    assertEquals("/bin/true", first.getString("name"));
    assertEquals(10, first.getInteger("runs"));
    assertEquals(10, first.getJsonArray("kinds").size());
    assertEquals(1.0, first.getJsonArray("kinds").getJsonObject(0).getDouble("ratio"));
    assertEquals(15, report.getJsonArray("throughput").size(), "three, at five concurrencies");
    assertNotNull(report.getJsonObject("http"));
    assertEquals(1, report.getJsonObject("serverStart").getJsonObject("ready").getInteger("runs"));
    String page = Files.readString(folder.resolve("page.html"));
    assertTrue(page.startsWith("<!doctype html>"), page);
  }

  @Test
  void benchOfManyRunsShowsWhatTheFirstAndTheLastHave() throws Exception {
    Outcome outcome = stockade("bench", "--endurance=200", "--json");
    assertEquals("", outcome.err());
    JsonObject report = new JsonObject(new String(outcome.out(), UTF_8));
    assertEquals("/bin/true", report.getString("workload"));
    assertEquals(50, report.getJsonObject("sandbox").getJsonObject("last").getInteger("runs"));
    JsonObject before = report.getJsonObject("before");
    JsonObject after = report.getJsonObject("after");
    assertTrue(before.getInteger("cgroups") > 1, before::encode);
    for (String held : List.of("children", "cgroups", "mounts")) {
      assertEquals(before.getInteger(held), after.getInteger(held), held);
    }
  }

  private Outcome stockade(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Process process = builder(command).start();
    process.getOutputStream().close();
    return process;
  }

  private Outcome run(String... command) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        builder(List.of(command)).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    int status = process.waitFor();
    return new Outcome(status, Files.readAllBytes(out), Files.readString(err, UTF_8));
  }

  /** With the Java that runs this test. */
  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder;
  }
}
