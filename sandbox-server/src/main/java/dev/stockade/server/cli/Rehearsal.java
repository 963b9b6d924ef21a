package dev.stockade.server.cli;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A process that serves until it is ready and has run one job, and ends: the launcher has the JVM
 * write down which classes that took, so that {@code serve} starts faster ({@code
 * -XX:ArchiveClassesAtExit}).
 */
final class Rehearsal {
  private static final String LISTENING = "listening on ";
  private static final Duration LONGEST = Duration.ofSeconds(40);
  private static final String JOB = "{\"command\":[\"true\"]}";

  private Rehearsal() {}

  /** Exit status: 0 when the job has run. */
  public static void main(String[] args) throws IOException, InterruptedException {
    PipedInputStream lines = new PipedInputStream();
    PipedOutputStream out = new PipedOutputStream(lines);
    Thread server = new Thread(() -> serve(out), "serve");
    server.setDaemon(true);
    server.start();
    String line =
        new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8)).readLine();
    System.exit(line != null && line.startsWith(LISTENING) && ask(line) ? 0 : ExitCode.UNAVAILABLE);
  }

  private static void serve(OutputStream out) {
    new Cli(
            new Streams(
                new ByteArrayInputStream(new byte[0]),
                out,
                OutputStream.nullOutputStream(),
                false,
                false,
                false,
                false))
        .execute(List.of("serve", "--port=0"));
    try {
      out.close(); // so that nobody waits for an address that will not come
    } catch (IOException e) {
      throw new IllegalStateException("a pipe in memory cannot fail to be closed", e);
    }
  }

  private static boolean ask(String line) throws IOException, InterruptedException {
    String server = line.substring(LISTENING.length()).strip();
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest ready = HttpRequest.newBuilder(URI.create(server + "/readyz")).build();
    long end = System.nanoTime() + LONGEST.toNanos();
    while (client.send(ready, BodyHandlers.discarding()).statusCode() != 200) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(10);
    }
    HttpRequest job =
        HttpRequest.newBuilder(URI.create(server + "/v1/jobs?wait=10s"))
            .POST(BodyPublishers.ofString(JOB))
            .build();
    return client.send(job, BodyHandlers.discarding()).statusCode() == 200;
  }
}
