package dev.stockade.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WaitingLineTest {
  /** A terminal that tells when the first thing was written on it. */
  private static final class Terminal extends ByteArrayOutputStream {
    private final CountDownLatch written = new CountDownLatch(1);

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      super.write(bytes, offset, length);
      written.countDown();
    }

    private boolean isWrittenWithinAMinute() {
      try {
        return written.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void longWorkIsNamedWithItsSecondsAndTheLineIsLeftEmpty() {
    Terminal terminal = new Terminal();
    assertTrue(
        WaitingLine.during(
            streams(terminal, true), "compiling a.cpp", terminal::isWrittenWithinAMinute));
    String shown = terminal.toString(UTF_8);
    assertTrue(
        shown.matches("(?s)(\r\u001b\\[Kcompiling a\\.cpp \\.\\.\\. [0-9]+ s)+\r\u001b\\[K"),
        shown);
  }

  @Test
  void nothingIsWrittenWhereStandardErrorIsNoTerminal() {
    Terminal file = new Terminal();
    WaitingLine line = new WaitingLine(streams(file, false), "compiling a.cpp");
    line.close();
    assertEquals("", file.toString(UTF_8));
  }

  private static Streams streams(OutputStream err, boolean errIsTerminal) {
    return new Streams(
        new ByteArrayInputStream(new byte[0]),
        OutputStream.nullOutputStream(),
        err,
        false,
        false,
        errIsTerminal,
        false);
  }
}
