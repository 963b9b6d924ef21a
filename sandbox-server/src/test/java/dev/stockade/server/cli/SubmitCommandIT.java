package dev.stockade.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.StockadeServer;
import dev.stockade.server.api.RealSandboxes;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code stockade submit} with a server that runs real programs. */
class SubmitCommandIT {
  private static final String SUMMARY =
      "  cpu [0-9.]+ m?s  wall [0-9.]+ m?s  memory [0-9.]+ [KM]iB";

  private static RealSandboxes real;
  private static StockadeServer server;

  @TempDir private Path folder;
  private final CommandLineFixture stockade = new CommandLineFixture();

  @BeforeAll
  static void open() {
    real = RealSandboxes.withToolchains(List.of(), "c", "python");
    server = real.serve();
  }

  @AfterAll
  static void close() {
    if (real != null) {
      server.close();
      real.close();
    }
  }

  private static String[] toServer(String... words) {
    List<String> all =
        new ArrayList<>(List.of("submit", "--to", "http://127.0.0.1:" + server.port()));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  private String source(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void bytesPassThroughBothWaysAndASummaryFollows() throws IOException {
    String source =
        source(
            "copy.py",
            """
            import sys
            sys.stdout.buffer.write(sys.stdin.buffer.read() + sys.argv[1].encode())
            print('oops', end='', file=sys.stderr)
            exit(3)
            """);
    byte[] bytes = {'h', 'i', (byte) 0xff, 0, '\r', (byte) 0x80};
    int status = stockade.stdin(bytes).execute(toServer(source, "--", "a b"));
    assertEquals(3, status, stockade.err());
    assertArrayEquals(
        new byte[] {'h', 'i', (byte) 0xff, 0, '\r', (byte) 0x80, 'a', ' ', 'b'},
        stockade.outBytes());
    assertTrue(stockade.err().matches("oops\nNONZERO_EXIT 3" + SUMMARY + "\n"), stockade.err());
  }

  @Test
  void aLimitEndsItAsItDoesARun() throws IOException {
    String source = source("loop.c", "int main(void) { for (;;) {} }\n");
    assertEquals(
        ExitCode.LIMIT, stockade.execute(toServer("--cpu-time=300ms", source)), stockade.err());
    assertTrue(
        stockade
            .err()
            .matches(
                "CPU_TIME_LIMIT.*\\(used up its 300ms of CPU time; --cpu-time may allow up to .*\\)\n"),
        stockade.err());
  }

  @Test
  void aSourceThatDoesNotCompile() throws IOException {
    String source = source("broken.c", "int main( { }\n");
    assertEquals(1, stockade.execute(toServer(source)), stockade.err());
    assertTrue(stockade.err().contains("broken.c:1:"), stockade.err());
    assertTrue(stockade.err().contains("\nnot compiled: NONZERO_EXIT 1  cpu "), stockade.err());
  }

  @Test
  void jsonIsTheResultWithItsCompilation() throws IOException {
    String source = source("seven.py", "print(7)\nexit(7)\n");
    assertEquals(0, stockade.execute(toServer("--json", source)), stockade.err());
    assertEquals("", stockade.err());
    JsonObject json = new JsonObject(stockade.out());
    assertEquals("NONZERO_EXIT", json.getString("verdict"));
    assertEquals("7\n", json.getString("stdout"));
    assertNull(json.getJsonObject("compile"));
  }

  @Test
  void whatTheServerRefusesIsSaidInTheWordsOfTheCommandLine() throws IOException {
    String source = source("x.py", "");
    assertEquals(
        ExitCode.USAGE, stockade.execute(toServer("--wall-time=1h", source)), stockade.err());
    assertTrue(
        stockade.err().startsWith("stockade: --wall-time: 1h is above the ceiling of "),
        stockade.err());
  }

  @Test
  void aTerminalShowsHowFarItIsUntilTheProgramSpeaks() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(new ByteArrayInputStream(new byte[0]), out, err, false, false, true, false);
    String source = source("say.c", "#include <stdio.h>\nint main(void) { puts(\"hi\"); }\n");
    assertEquals(0, new Cli(streams).execute(List.of(toServer("-q", source))));
    assertEquals("hi\n", out.toString(UTF_8));
    String erase = "\r\u001b[K";
    assertEquals(
        erase + "queued" + erase + "running" + erase + "compiling" + erase + "running" + erase,
        err.toString(UTF_8));
  }

  @Test
  void aReaderThatGoesAwayCancelsTheJob() throws IOException {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(new ByteArrayInputStream(new byte[0]), gone, err, false, false, false, false);
    String source = source("on.py", "import time\nprint('y', flush=True)\ntime.sleep(100)\n");
    int status = new Cli(streams).execute(List.of(toServer("--wall-time=2m", source)));
    assertEquals(BrokenOutputException.STATUS, status, err.toString(UTF_8));
    assertEquals("", err.toString(UTF_8));
  }
}
