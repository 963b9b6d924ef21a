package dev.stockade.server.language;

import java.util.List;

/**
 * Settings of a Java virtual machine, which sees the host's processors and memory and none of the
 * sandbox's limits.
 *
 * <p>Beside the heap a JVM needs memory for classes, compiled code, thread stacks and itself: above
 * the heap stay {@value #LEAST_ROOM_BYTES} bytes or a quarter of the memory, whichever is more. A
 * program that fills its heap gets an OutOfMemoryError, before the kernel would have to kill it.
 */
final class Jvm {
  private static final long LEAST_ROOM_BYTES = 64L << 20;
  private static final long LEAST_HEAP_BYTES = 16L << 20;
  private static final long MOST_STACK_BYTES = 64L << 20;
  private static final long LEAST_STACK_BYTES = 1L << 20;

  private Jvm() {}

  /** For a program: it may be long and hot, so both compilers work. */
  static List<String> program(Grant grant) {
    long memory = grant.memoryBytes();
    return List.of(
        "-XX:ActiveProcessorCount=" + grant.processors(),
        "-Xmx" + (heapBytes(memory) >> 10) + "k",
        // A quarter of the heap at once: fewer collections, and small programs stay small.
        "-Xms" + (heapBytes(memory) >> 12) + "k",
        "-Xss" + (stackBytes(memory) >> 10) + "k",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-Xshare:auto");
  }

  /** For the Java compiler, which has ended before the slower of the two compilers would pay. */
  static List<String> compiler(Grant grant) {
    return List.of(
        "-XX:ActiveProcessorCount=" + grant.processors(),
        "-Xmx" + (heapBytes(grant.memoryBytes()) >> 10) + "k",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        "-Xshare:auto");
  }

  static long heapBytes(long memory) {
    return Math.max(LEAST_HEAP_BYTES, memory - Math.max(LEAST_ROOM_BYTES, memory / 4));
  }

  /** Of every thread, touched only as far as it is used: deep recursion is honest. */
  static long stackBytes(long memory) {
    return Math.max(LEAST_STACK_BYTES, Math.min(MOST_STACK_BYTES, memory / 8));
  }
}
