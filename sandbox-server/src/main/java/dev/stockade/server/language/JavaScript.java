package dev.stockade.server.language;

import java.util.List;

/**
 * JavaScript on Node.
 *
 * <p>V8 sizes its heap and its stack by the host and by constants, so it is told the run's own:
 * above the heap stay {@value #LEAST_ROOM_BYTES} bytes or a quarter of the memory, whichever is
 * more, for young objects, buffers, code and Node itself. A program that fills its heap is ended by
 * V8 with SIGABRT and a message, before the kernel would have to.
 */
final class JavaScript implements Recipe {
  private static final long LEAST_ROOM_BYTES = 64L << 20;
  private static final long LEAST_HEAP_BYTES = 16L << 20;

  @Override
  public String id() {
    return "javascript";
  }

  @Override
  public String name() {
    return "JavaScript";
  }

  @Override
  public List<String> extensions() {
    return List.of(".js", ".mjs", ".cjs");
  }

  @Override
  public List<String> programs() {
    return List.of("node", "nodejs");
  }

  @Override
  public String packages() {
    return "nodejs";
  }

  @Override
  public Invocation run(Tool tool, Sources sources, Grant grant) {
    long memory = grant.memoryBytes();
    long heap = Math.max(LEAST_HEAP_BYTES, memory - Math.max(LEAST_ROOM_BYTES, memory / 4));
    return Invocation.of(
        List.of(
            tool.program(),
            "--max-old-space-size=" + (heap >> 20),
            "--stack-size=" + (stackBytes(grant) >> 10),
            sources.mainArgument()));
  }

  /** What JavaScript may use of the main thread's stack: V8's own C++ frames come on top. */
  private static long stackBytes(Grant grant) {
    return Math.min(grant.stackBytes(), grant.memoryBytes()) / 4 * 3;
  }
}
