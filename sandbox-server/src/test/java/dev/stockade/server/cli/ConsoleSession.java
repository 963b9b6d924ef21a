package dev.stockade.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.testing.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/**
 * The examples of a document, each for real: one shell session from the first {@code console} block
 * to the last, in an empty folder but for the launcher. {@link ConsoleText} says when an output is
 * the one that is written there. Beyond that:
 *
 * <ul>
 *   <li>{@code ./stockade serve} goes on in the background, on a free port, which takes the place
 *       of 8080 in what follows; its log (standard error) is not shown; the one before it is told
 *       to end first;
 *   <li>{@code wait=10s} becomes {@code wait=1m}, for machines that have more to do;
 *   <li>curl shows no progress, as on a terminal; nothing uses a proxy.
 * </ul>
 */
final class ConsoleSession implements AutoCloseable {
  private static final String SERVE = "./stockade serve";
  private static final String PORT = "8080";
  private static final Pattern LISTENING = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)\n");

  private final Path folder;
  private @Nullable Process server;
  private String port = PORT;
  private int status;

  /**
   * A session in a folder that is empty.
   *
   * @param programs of the host that it needs
   */
  ConsoleSession(Path folder, List<String> programs) throws IOException {
    this.folder = folder;
    SandboxNeeds.defaultPolicy();
    programs.forEach(ConsoleSession::needsProgram);
    install(MarkdownFile.HOME.resolve("stockade"));
  }

  private static void needsProgram(String program) {
    boolean found =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(place -> Files.isExecutable(Path.of(place.isEmpty() ? "." : place, program)));
    Needs.feature(program, found ? Optional.empty() : Optional.of("it is not in PATH"));
  }

  /** The script and the build without sources: nothing can be newer than the build. */
  private void install(Path launcher) throws IOException {
    Path copy = Files.copy(launcher, folder.resolve("stockade"));
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(folder.resolve("sandbox-server"));
    Files.createSymbolicLink(
        folder.resolve("sandbox-server/target"), Path.of("target").toAbsolutePath());
    Files.writeString(folder.resolve(".curlrc"), "silent\nshow-error\nnoproxy = \"*\"\n");
  }

  /** A test for each command of the document, in their order. */
  Stream<DynamicTest> examples(MarkdownFile document) {
    List<ConsoleText.Exchange> exchanges = new ArrayList<>();
    document.blocks("console").forEach(block -> exchanges.addAll(ConsoleText.exchanges(block)));
    assertFalse(exchanges.isEmpty(), "the examples are found");
    return exchanges.stream()
        .map(exchange -> dynamicTest(exchange.toString(), () -> check(exchange)));
  }

  /** Where the server listens that was started last. */
  String address() {
    return "http://127.0.0.1:" + port;
  }

  private void check(ConsoleText.Exchange exchange) throws Exception {
    String command = exchange.command();
    String output =
        command.startsWith(SERVE)
            ? serve(command, exchange.output().lines().count())
            : run(command.replace(PORT, port).replace("wait=10s", "wait=1m"));
    assertEquals(
        ConsoleText.normal(exchange.output()), ConsoleText.like(exchange.output(), output));
  }

  /** Starts a server and returns its first lines, as if its port were the usual one. */
  private String serve(String command, long lines) throws Exception {
    endServer();
    Process started =
        builder("bash", "-c", "exec " + command + " --port 0")
            .redirectError(folder.resolve("server.log").toFile())
            .start();
    server = started;
    StringBuilder output = new StringBuilder();
    BufferedReader reader = started.inputReader(UTF_8);
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

  /** Tells the server, if there is one, to end, and waits until it has done so well. */
  void endServer() throws InterruptedException {
    Process process = server;
    if (process == null) {
      return;
    }
    process.destroy();
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), this::log);
    assertEquals(0, process.exitValue(), this::log);
    server = null;
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("server.log"));
    } catch (IOException e) {
      return "no log: " + e;
    }
  }

  /** Runs a command and returns what it wrote to both streams; {@code $?} is that of the last. */
  String run(String command) throws IOException, InterruptedException {
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
  private ProcessBuilder builder(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CURL_HOME", folder.toString());
    builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
    builder.environment().put("no_proxy", "*");
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("STOCKADE_TOKEN");
    return builder;
  }

  @Override
  public void close() {
    if (server != null) {
      server.destroyForcibly().onExit().join();
    }
  }
}
