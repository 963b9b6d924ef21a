package dev.stockade.server.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.Utf8;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OutputChunksTest {
  private final List<byte[]> passed = new ArrayList<>();
  private final OutputChunks chunks = new OutputChunks(passed::add);

  private List<String> shown() {
    return passed.stream().map(bytes -> new String(bytes, ISO_8859_1)).toList();
  }

  private void write(String latin1) {
    byte[] bytes = latin1.getBytes(ISO_8859_1);
    chunks.write(bytes, 0, bytes.length);
  }

  @Test
  void characterWaitsForItsRest() {
    write("a\u00e2");
    write("\u0082");
    write("\u00acb");
    assertEquals(List.of("a", "\u00e2\u0082\u00acb"), shown());
  }

  @Test
  void characterWithoutItsRestComesAtTheEnd() {
    write("a\u00f0\u009f");
    assertEquals(List.of("a"), shown());
    chunks.close();
    assertEquals(List.of("a", "\u00f0\u009f"), shown());
  }

  @Test
  void whatIsNoCharacterDoesNotWait() {
    write("\u00ff\u0080\u0080");
    assertEquals(List.of("\u00ff\u0080\u0080"), shown());
  }

  @Property(tries = 300)
  void textIsPassedOnAsTextInSmallPieces(
      @ForAll @Size(max = 6000) List<@IntRange(max = 0x10ffff) Integer> points,
      @ForAll @IntRange(min = 1, max = 9000) int step) {
    passed.clear();
    StringBuilder text = new StringBuilder();
    points.stream()
        .filter(point -> point < 0xd800 || point > 0xdfff)
        .forEach(text::appendCodePoint);
    byte[] bytes = text.toString().getBytes(UTF_8);
    for (int from = 0; from < bytes.length; from += step) {
      chunks.write(bytes, from, Math.min(step, bytes.length - from));
    }
    chunks.close();
    passed.forEach(piece -> assertNotNull(Utf8.decode(piece)));
    assertArrayEquals(bytes, joined());
  }

  @Property(tries = 300)
  void anyBytesArriveInTheirOrder(
      @ForAll @Size(max = 9000) List<@IntRange(max = 255) Integer> values,
      @ForAll @IntRange(min = 1, max = 9000) int step) {
    passed.clear();
    byte[] bytes = new byte[values.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = values.get(i).byteValue();
    }
    for (int from = 0; from < bytes.length; from += step) {
      chunks.write(bytes, from, Math.min(step, bytes.length - from));
    }
    chunks.close();
    assertArrayEquals(bytes, joined());
  }

  private byte[] joined() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] piece : passed) {
      assertTrue(piece.length > 0 && piece.length <= 4096, () -> piece.length + " bytes");
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }
}
