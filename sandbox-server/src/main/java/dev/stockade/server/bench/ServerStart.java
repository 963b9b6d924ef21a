package dev.stockade.server.bench;

import dev.stockade.server.bench.BenchReport.Start;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Starts {@code ./stockade serve} as a user does, and waits until it says that it is ready. */
final class ServerStart {
  private static final String LISTENING = "listening on ";
  private static final long ASK_AGAIN_NANOS = 2_000_000;
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final @Nullable Path launcher;

  /**
   * @param launcher the script; {@code null} when this JVM was not started by it
   */
  ServerStart(@Nullable Path launcher) {
    this.launcher = launcher;
  }

  Start measure(int times, Progress progress) {
    if (launcher == null) {
      return new Start(null, "this benchmark was not started by ./stockade");
    }
    long[] nanos = new long[times];
    try {
      for (int i = 0; i < times; i++) {
        progress.show(i, times, "start of the server");
        nanos[i] = once(launcher);
      }
      return new Start(new Distribution(nanos), "");
    } catch (IOException e) {
      return new Start(null, String.valueOf(e.getMessage()));
    }
  }

  private static long once(Path launcher) throws IOException {
    long start = System.nanoTime();
    Process server =
        new ProcessBuilder(launcher.toString(), "serve", "--port", "0", "--data", "none")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines = server.inputReader(StandardCharsets.UTF_8)) {
      server.getOutputStream().close();
      String line = lines.readLine();
      if (line == null || !line.startsWith(LISTENING)) {
        throw new IOException("./stockade serve said " + line);
      }
      awaitReady(URI.create(line.substring(LISTENING.length()).strip()), start);
      return System.nanoTime() - start;
    } finally {
      end(server);
    }
  }

  private static void awaitReady(URI server, long start) throws IOException {
    byte[] request = HttpConnection.get("/readyz").getBytes(StandardCharsets.UTF_8);
    try (HttpConnection connection = HttpConnection.open(server.getHost(), server.getPort())) {
      while (!connection.isOk(request)) {
        if (System.nanoTime() - start > LONGEST.toNanos()) {
          throw new IOException(
              "./stockade serve was not ready after " + LONGEST.toSeconds() + " s");
        }
        LockSupport.parkNanos(ASK_AGAIN_NANOS);
      }
    }
  }

  private static void end(Process server) {
    server.destroy();
    try {
      if (!server.waitFor(10, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
