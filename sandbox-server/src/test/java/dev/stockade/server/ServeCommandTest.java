package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
            + " can be reached by others: give --tokens FILE (./stockade token create makes one), or"
            + " listen on 127.0.0.1",
        refusalOf("--host", host));
  }

  @Test
  void fileOfTokensMustBeOne(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokens");
    assertEquals(
        file + " does not exist; ./stockade token create makes it",
        refusalOf("--tokens", file.toString()));
    Files.writeString(file, "swordfish\n");
    assertEquals(
        file + " is not a file of tokens: no JSON object with tokens",
        refusalOf("--tokens", file.toString()));
  }

  @Test
  void certificateAndKeyAreGivenTogetherAndReadable(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("pem"));
    assertEquals(
        "--tls-cert and --tls-key are given together", refusalOf("--tls-cert", file.toString()));
    assertEquals(
        "--tls-cert and --tls-key are given together", refusalOf("--tls-key", file.toString()));
    assertEquals(
        "--tls-key " + folder + " is not a file that can be read",
        refusalOf("--tls-cert", file.toString(), "--tls-key", folder.toString()));
    assertEquals(
        "--tls-cert /nowhere is not a file that can be read",
        refusalOf("--tls-cert", "/nowhere", "--tls-key", file.toString()));
  }

  @ParameterizedTest
  @CsvSource({"*", "judge.example", "https://judge.example/", "https://a b", "null", "file://"})
  void whatIsNoOriginIsRefused(String origin) {
    assertEquals(
        "--allow-origin "
            + origin
            + " is not an origin as browsers send it, such as https://judge.example",
        refusalOf("--allow-origin", origin));
  }

  @ParameterizedTest
  @CsvSource({"collector", "ftp://collector/v1/traces", "http:/v1/traces", "http://a b"})
  void whatIsNoCollectorIsRefused(String url) {
    assertEquals(
        "Invalid value for option '--traces-to': \""
            + url
            + "\" is no URL with http or https and a host",
        refusalOf("--traces-to", url));
  }

  @Test
  void callbacksNeedHostsAndASecretThatIsOne(@TempDir Path folder) throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "short\n");
    String file = secret.toString();
    assertEquals(
        "--callback-secret is of no use without --callbacks-to or --callbacks-inside",
        refusalOf("--callback-secret", file));
    assertEquals(
        "--callback-secret is needed to sign callbacks with",
        refusalOf("--callbacks-to", "hooks.example"));
    assertEquals(
        "--callbacks-to hooks.example/a is not a host such as hooks.example, hooks.example:8443 or"
            + " http://hooks.example",
        refusalOf("--callbacks-to", "hooks.example/a"));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
    assertEquals(
        "--callback-secret " + file + " can be read by others; chmod 600 it",
        refusalOf("--callbacks-to", "hooks.example", "--callback-secret", file));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    assertEquals(
        "--callback-secret " + file + " has less than 32 characters",
        refusalOf("--callbacks-inside", "hooks.example", "--callback-secret", file));
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
          "cannot listen on 127.0.0.1:"
              + taken.getLocalPort()
              + ": Address already in use; choose another with --port or --host",
          e.getMessage());
    }
  }
}
