package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PassThroughTest {
  @Test
  void bytesGoOnAndTheEndOfALineIsNoticed() throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (PassThrough stream = new PassThrough(target, () -> {})) {
      assertFalse(stream.isMidLine());
      stream.write(new byte[] {'a', (byte) 0xff, 0});
      assertTrue(stream.isMidLine());
      stream.write('\n');
      assertFalse(stream.isMidLine());
      assertNull(stream.failure());
    }
    assertArrayEquals(new byte[] {'a', (byte) 0xff, 0, '\n'}, target.toByteArray());
  }

  @Test
  void aTargetThatFailsIsReported() throws IOException {
    IOException gone = new IOException("Broken pipe");
    AtomicInteger told = new AtomicInteger();
    OutputStream target =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw gone;
          }
        };
    try (PassThrough stream = new PassThrough(target, told::incrementAndGet)) {
      assertSame(gone, assertThrows(IOException.class, () -> stream.write('x')));
      assertSame(gone, stream.failure());
      assertEquals(1, told.get());
    }
  }
}
