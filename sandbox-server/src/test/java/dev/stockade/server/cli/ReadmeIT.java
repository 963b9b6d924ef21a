package dev.stockade.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.stockade.client.JobRequest;
import dev.stockade.client.StockadeClient;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.testing.Needs;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of {@code README.md}, each for real: one shell session from the first {@code
 * console} block to the last, in an empty folder but for the launcher. {@link ConsoleText} says
 * when an output is the one that is written there. Beyond that:
 *
 * <ul>
 *   <li>{@code ./stockade serve} goes on in the background, on a free port, which takes the place
 *       of 8080 in what follows; its log (standard error) is not shown;
 *   <li>{@code wait=10s} becomes {@code wait=1m}, for machines that have more to do;
 *   <li>curl shows no progress, as on a terminal, and uses no proxy.
 * </ul>
 */
class ReadmeIT {
  private static final List<String> PROGRAMS = List.of("bash", "curl", "gcc", "g++", "python3");
  private static final String SERVE = "./stockade serve";
  private static final String PORT = "8080";
  private static final Pattern LISTENING = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)\n");

  @TempDir static Path folder;
  private static @Nullable Process server;
  private static String port = PORT;
  private static int status;

  @BeforeAll
  static void needs() throws IOException {
    SandboxNeeds.defaultPolicy();
    for (String program : PROGRAMS) {
      needsProgram(program);
    }
    install(MarkdownFile.HOME.resolve("stockade"));
  }

  private static void needsProgram(String program) {
    boolean found =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(place -> Files.isExecutable(Path.of(place.isEmpty() ? "." : place, program)));
    Needs.feature(program, found ? Optional.empty() : Optional.of("it is not in PATH"));
  }

  /** The script and the build without sources: nothing can be newer than the build. */
  private static void install(Path launcher) throws IOException {
    Path copy = Files.copy(launcher, folder.resolve("stockade"));
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(folder.resolve("sandbox-server"));
    Files.createSymbolicLink(
        folder.resolve("sandbox-server/target"), Path.of("target").toAbsolutePath());
    Files.writeString(folder.resolve(".curlrc"), "silent\nshow-error\nnoproxy = \"*\"\n");
  }

  @AfterAll
  static void endServer() throws InterruptedException {
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
  }

  private static final Set<String> OTHERS =
      Set.of("bubblewrap", "crun", "nsjail", "isolate", "go-judge");

  @TestFactory
  Stream<DynamicTest> examples() {
    List<ConsoleText.Exchange> exchanges = new ArrayList<>();
    MarkdownFile.readme()
        .blocks("console")
        .forEach(block -> exchanges.addAll(ConsoleText.exchanges(block)));
    assertTrue(
        exchanges.stream().anyMatch(exchange -> exchange.command().startsWith("curl ")),
        "the examples are found");
    return Stream.concat(
        exchanges.stream().map(exchange -> dynamicTest(exchange.toString(), () -> check(exchange))),
        Stream.of(
            dynamicTest("the Java client gives the answer", ReadmeIT::clientGivesTheAnswer),
            dynamicTest("the server ends when it is told to", ReadmeIT::serverEnds)));
  }

  @Test
  void theJavaGivesTheAnswer() {
    assertEquals("desserts\n", ReadmeExample.reversed("stressed"));
  }

  @Test
  void theTableOfCostsHasTheRowsOfTheBenchmark() throws Exception {
    List<String> names = new ArrayList<>();
    List<String> shown =
        MarkdownFile.readme().table("`/bin/true`, 300 runs of each, taking turns").stream()
            .map(row -> row.get(0))
            .toList();
    String measured = runInBash("./stockade bench --quick --runs=10 --json -- /bin/true");
    JsonArray kinds =
        new JsonObject(measured).getJsonArray("workloads").getJsonObject(0).getJsonArray("kinds");
    for (int i = 0; i < kinds.size(); i++) {
      JsonObject kind = kinds.getJsonObject(i);
      // Of others' sandboxes, which this host may lack, the table has those that ours had.
      if (!OTHERS.contains(kind.getString("name")) || shown.contains(kind.getString("name"))) {
        names.add(kind.getString("name"));
      }
    }
    assertEquals(names, shown);
  }

  private static void check(ConsoleText.Exchange exchange) throws Exception {
    String output =
        exchange.command().equals(SERVE)
            ? serve(exchange.output().lines().count())
            : runInBash(exchange.command().replace(PORT, port).replace("wait=10s", "wait=1m"));
    assertEquals(ConsoleText.normal(exchange.output()), ConsoleText.normal(output));
  }

  /** Starts the server and returns its first lines, as if its port were the usual one. */
  private static String serve(long lines) throws IOException {
    server =
        builder("bash", "-c", "exec " + SERVE + " --port 0")
            .redirectError(folder.resolve("server.log").toFile())
            .start();
    StringBuilder output = new StringBuilder();
    BufferedReader reader = server.inputReader(UTF_8);
    for (long i = 0; i < lines; i++) {
      String line = reader.readLine();
      assertNotNull(line, () -> "it ended; output: " + output + log());
      output.append(line).append('\n');
    }
    Matcher listening = LISTENING.matcher(output);
    assertTrue(listening.find(), output::toString);
    port = listening.group(1);
    return output.toString().replace(":" + port, ":" + PORT);
  }

  private static void clientGivesTheAnswer() throws Exception {
    StockadeClient client = StockadeClient.to(URI.create("http://127.0.0.1:" + port)).build();
    assertEquals("desserts\n", ClientExample.reversed(client, "stressed"));
    ClientExample.watched(client, JobRequest.command("true").build());
  }

  private static void serverEnds() throws InterruptedException {
    Process process = server;
    assertNotNull(process, "it was started");
    process.destroy();
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), ReadmeIT::log);
    assertEquals(0, process.exitValue(), ReadmeIT::log);
  }

  private static String log() {
    try {
      return Files.readString(folder.resolve("server.log"));
    } catch (IOException e) {
      return "no log: " + e;
    }
  }

  /** Runs a command and returns what it wrote to both streams; {@code $?} is that of the last. */
  private static String runInBash(String command) throws IOException, InterruptedException {
    Path output = folder.resolve(".output");
    Process process =
        builder("bash", "-c", "(exit " + status + ")\n" + command + "\n")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    status = process.waitFor();
    return Files.readString(output, UTF_8);
  }

  /** With the Java that runs this test. */
  private static ProcessBuilder builder(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CURL_HOME", folder.toString());
    builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder;
  }
}
