package dev.stockade.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitCommandTest {
  @TempDir private Path folder;
  private final CommandLineFixture stockade = new CommandLineFixture();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    threads.shutdown();
  }

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
        "stockade: there is no job server at "
            + address
            + ": nothing listens there; to start one on that host: ./stockade serve\n",
        stockade.err());
  }

  @Test
  void aHostThatNobodyKnows() throws IOException {
    String address = "http://judge.invalid"; // RFC 6761, section 6.4: never resolved
    assertEquals(ExitCode.UNAVAILABLE, stockade.execute("submit", "--to", address, source()));
    assertEquals(
        "stockade: there is no job server at " + address + ": no host of this name is known here\n",
        stockade.err());
  }

  @Test
  void aServerThatDoesNotSpeakTls() throws Exception {
    assertSaysThatTlsFailed(SubmitCommandTest::answerInPlainText);
  }

  /** The answer to a handshake is not always noticed before the end that follows it. */
  @Test
  void aServerThatHangsUpInsteadOfSpeakingTls() throws Exception {
    assertSaysThatTlsFailed(SubmitCommandTest::hangUp);
  }

  private void assertSaysThatTlsFailed(Answer server) throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Future<Void> answer = threads.submit(() -> answer(plain, server));
      String address = "https://127.0.0.1:" + plain.getLocalPort();
      assertEquals(ExitCode.UNAVAILABLE, stockade.execute("submit", "--to", address, source()));
      answer.get();
      String prefix = "stockade: there is no job server at " + address + ": TLS failed: ";
      String advice = "; for a server without TLS write http:// in place of https://\n";
      assertTrue(stockade.err().startsWith(prefix), stockade.err());
      assertTrue(stockade.err().endsWith(advice), stockade.err());
    }
  }

  private interface Answer {
    void to(Socket client) throws IOException;
  }

  /** Reads on after the answer, so that it is not reset. */
  private static Void answer(ServerSocket plain, Answer server) throws IOException {
    try (Socket client = plain.accept()) {
      server.to(client);
      client.getInputStream().transferTo(OutputStream.nullOutputStream());
    }
    return null;
  }

  private static void hangUp(Socket client) throws IOException {
    client.shutdownOutput();
  }

  /** As HTTP servers do to a TLS handshake. */
  private static void answerInPlainText(Socket client) throws IOException {
    client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
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
