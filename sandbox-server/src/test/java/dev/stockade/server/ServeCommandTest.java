package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.api.AccessToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What keeps the server from starting, before anything is run. */
class ServeCommandTest {
  private static String refusalOf(String... args) {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    StringWriter messages = new StringWriter();
    CommandLine command =
        new CommandLine(new ServeCommand(out, List::of, sandboxes -> List::of))
            .setErr(new PrintWriter(messages));
    assertEquals(CommandLine.ExitCode.USAGE, command.execute(args));
    return messages.toString().lines().findFirst().orElse("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --port|65536|--port is 0 to 65535
          --port|http|Invalid value for option '--port': 'http' is not an int
          --workers|0|--workers is 1 to 1024
          --queue|0|--queue is 1 to 1000000
          --max-body|16|Invalid value for option '--max-body': "16" has no unit; write "256MiB" or "64KiB"
          --max-body|1B|--max-body is 1KiB to 1GiB
          --max-held-input|1MiB|--max-held-input is at least one --max-body
          --body-time|0s|--body-time is more than zero
          --max-wait|10|Invalid value for option '--max-wait': "10" has no unit; write "2s" or "500ms"
          --max-wait|2h|--max-wait is more than zero, and at most 1h
          --keep-jobs|0|--keep-jobs is 1 or more
          --keep-for|0s|--keep-for is more than zero
          --host|no-such-host.invalid|--host no-such-host.invalid is not a name or address known here
          """)
  void badOptionIsNamed(String option, String value, String message) {
    assertEquals(message, refusalOf(option, value));
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0", "::", "192.0.2.1"})
  void addressThatOthersCanReachNeedsAToken(String host) {
    assertEquals(
        "--host "
            + host
            + " can be reached by others: give --token-file FILE (openssl rand -hex 32 > FILE), or"
            + " listen on 127.0.0.1",
        refusalOf("--host", host));
  }

  @Test
  void tokenFileMustHoldAToken(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("token");
    assertTrue(
        refusalOf("--token-file", file.toString()).startsWith("--token-file cannot be read: "));
    Files.writeString(file, "swordfish\n");
    String message = refusalOf("--token-file", file.toString());
    assertTrue(message.contains("16 to 1024 visible ASCII characters"), message);
    assertFalse(message.contains("swordfish"));
  }

  @Test
  void tokenIsTheFirstLine(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), " 0123456789abcdef \nrest\n");
    AccessToken token = AccessToken.load(file);
    assertTrue(token.matches("0123456789abcdef"));
    assertFalse(token.matches("0123456789abcdeF"));
    assertFalse(token.matches(""));
  }

  @Test
  void tokenIsNotPrintedWithTheConfiguration() {
    ServerConfig config = ServerConfig.defaults();
    ServerConfig withToken =
        new ServerConfig(
            "0.0.0.0",
            config.port(),
            Optional.of(AccessToken.of("0123456789abcdef")),
            config.workers(),
            config.queueCapacity(),
            config.maxBody(),
            config.maxHeldInput(),
            config.bodyTime(),
            config.maxWait(),
            config.drainTime(),
            config.finishedJobs(),
            config.finishedAge(),
            config.finishedBytes(),
            config.compileCache());
    assertFalse(withToken.toString().contains("0123456789abcdef"));
    assertFalse(withToken.bindAddress().isLoopbackAddress());
  }

  @Test
  void defaultsAreThoseThatAreDocumented() {
    ServerConfig config = ServerConfig.defaults();
    assertTrue(config.bindAddress().isLoopbackAddress());
    assertEquals(8080, config.port());
    assertEquals(Runtime.getRuntime().availableProcessors(), config.workers());
    assertEquals(256, config.queueCapacity());
    assertEquals(ByteSize.ofMebibytes(16), config.maxBody());
  }

  @Test
  void takenPortIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ServerConfig config = ServerConfig.defaults().withPort(taken.getLocalPort());
      CannotListenException e =
          assertThrows(
              CannotListenException.class,
              () ->
                  StockadeServer.start(
                      config,
                      new StockadeServer.Services(
                          (request, cancellation) -> {
                            throw new IllegalStateException("no job is run here");
                          },
                          List::of,
                          List::of,
                          () -> null)));
      assertEquals(
          "cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": Address already in use",
          e.getMessage());
    }
  }
}
