package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.ByteSize;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a process of its own; killed with the test, whatever happens. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final String address;

  ServerProcess(String... options) throws IOException {
    this(start(List.of(), options));
  }

  private ServerProcess(Process process) throws IOException {
    this.process = process;
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    assertTrue(line != null && line.startsWith("listening on http://127.0.0.1:"), line);
    address = line.substring("listening on ".length());
  }

  /** A server whose heap never has more than this. */
  static ServerProcess withHeap(ByteSize most, String... options) throws IOException {
    return new ServerProcess(start(List.of("-Xmx" + most.bytes()), options));
  }

  /** A server with a temporary folder of its own. */
  static ServerProcess withTemporary(Path folder, String... options) throws IOException {
    return new ServerProcess(start(List.of("-Djava.io.tmpdir=" + folder), options));
  }

  private static Process start(List<String> ofTheJvm, String... options) throws IOException {
    List<String> command =
        Stream.of(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                ofTheJvm.stream(),
                Stream.of(
                    "-XX:TieredStopAtLevel=1", // as ./stockade serve
                    "-cp",
                    System.getProperty("java.class.path"),
                    ServeProcess.class.getName(),
                    "--port",
                    "0"),
                Stream.of(options))
            .flatMap(part -> part)
            .toList();
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** What a server says on standard output that must not start. */
  static String outputOfRefused(String... options) throws IOException, InterruptedException {
    Process process = start(List.of(), options);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertNotEquals(0, process.exitValue());
    return output;
  }

  String address() {
    return address;
  }

  /** SIGKILL. Returns when the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join(); // it may write to a folder that is deleted next
  }
}
