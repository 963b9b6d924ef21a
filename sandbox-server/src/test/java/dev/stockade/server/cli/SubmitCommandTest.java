package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitCommandTest {
  @TempDir private Path folder;
  private final CommandLineFixture stockade = new CommandLineFixture();

  private String source() throws IOException {
    return Files.writeString(folder.resolve("x.py"), "").toString();
  }

  @Test
  void aServerThatIsNotThere() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    String address = "http://127.0.0.1:" + port;
    assertEquals(ExitCode.UNAVAILABLE, stockade.execute("submit", "--to", address, source()));
    assertEquals(
        "stockade: there is no job server at " + address + ": nothing listens there\n",
        stockade.err());
  }

  @Test
  void whatIsNoAddress() throws IOException {
    assertEquals(ExitCode.USAGE, stockade.execute("submit", "--to", "judge:8080", source()));
    assertEquals(
        """
        stockade: --to: judge:8080 is no address of a server, such as http://127.0.0.1:8080
        Help: stockade submit --help
        """,
        stockade.err());
  }

  @Test
  void aServerMustBeNamed() throws IOException {
    assertEquals(ExitCode.USAGE, stockade.execute("submit", source()));
    assertEquals(
        "stockade: Missing required option: '--to=URL'\nHelp: stockade submit --help\n",
        stockade.err());
  }

  @Test
  void positionInTheQueue() {
    assertEquals("queued", RemoteRun.waiting(0));
    assertEquals("queued, 1 job before it", RemoteRun.waiting(1));
    assertEquals("queued, 12 jobs before it", RemoteRun.waiting(12));
  }
}
