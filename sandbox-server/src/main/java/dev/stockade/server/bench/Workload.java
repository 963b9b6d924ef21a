package dev.stockade.server.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One program that everybody runs: it exits with status 0 and prints nothing.
 *
 * @param name what people read
 * @param bytes program, by its absolute path, and arguments, byte for byte
 * @param outside the same as texts, as this JVM passes them to the host
 * @param inside program and arguments where a sandbox shows {@link Workloads#folder} at {@link
 *     Workloads#INSIDE}
 * @param divisor so many times fewer runs than of {@code /bin/true}, because each takes longer
 */
public record Workload(
    String name, List<byte[]> bytes, List<String> outside, List<String> inside, int divisor) {
  public Workload {
    bytes = List.copyOf(bytes);
    outside = List.copyOf(outside);
    inside = List.copyOf(inside);
  }

  /** A program that is at the same place everywhere. */
  static Workload of(String name, List<String> command, int divisor) {
    return new Workload(name, encoded(command), command, command, divisor);
  }

  /** A file of the benchmark's own folder. */
  static Workload ofFile(String name, String outside, String inside, int divisor) {
    List<String> shown = List.of(inside);
    return new Workload(name, encoded(shown), List.of(outside), shown, divisor);
  }

  private static List<byte[]> encoded(List<String> words) {
    List<byte[]> bytes = new ArrayList<>();
    words.forEach(word -> bytes.add(word.getBytes(StandardCharsets.UTF_8)));
    return bytes;
  }
}
