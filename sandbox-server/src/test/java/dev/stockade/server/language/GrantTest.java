package dev.stockade.server.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What runtimes are told of the limits. */
final class GrantTest {
  private static final Sources NONE = new Sources("main", Map.of());

  static Grant of(int memoryMebibytes, double cpus) {
    Limits limits =
        new Limits(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            ByteSize.ofMebibytes(memoryMebibytes),
            64,
            ByteSize.ofMebibytes(1),
            cpus);
    return new Grant(limits, 64L << 20, "/box");
  }

  @Test
  void theRateOfProcessorsIsRoundedUp() {
    assertEquals(1, of(64, 0.01).processors());
    assertEquals(1, of(64, 1).processors());
    assertEquals(2, of(64, 1.01).processors());
  }

  @Test
  void theJavaMachineGetsHeapStackAndProcessors() {
    assertEquals(
        List.of(
            "-XX:ActiveProcessorCount=2",
            "-Xmx393216k",
            "-Xms98304k",
            "-Xss65536k",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xshare:auto"),
        Jvm.program(of(512, 1.5)));
  }

  @Test
  void aSmallJavaMachineStillHasHeapAndStack() {
    assertEquals(16L << 20, Jvm.heapBytes(32L << 20));
    assertEquals(4L << 20, Jvm.stackBytes(32L << 20));
    assertEquals(1L << 20, Jvm.stackBytes(1L << 20));
  }

  @Test
  void nodeGetsHeapAndStack() {
    Tool node = new Tool("node", "v20", List.of());
    assertEquals(
        List.of("node", "--max-old-space-size=384", "--stack-size=49152", "main"),
        new JavaScript().run(node, NONE, of(512, 1)).command());
    assertEquals(
        List.of("node", "--max-old-space-size=16", "--stack-size=24576", "main"),
        new JavaScript().run(node, NONE, of(32, 1)).command());
  }

  @Test
  void goAndPythonGetEnvironmentVariables() {
    Tool any = new Tool("any", "1", List.of());
    assertEquals(
        Map.of("GOMAXPROCS", "2", "GOMEMLIMIT", "94371840B"),
        new Go(new CacheFolder(null)).run(any, NONE, of(100, 2)).environment());
    assertEquals(
        Map.of("PYTHON_CPU_COUNT", "2"), Script.PYTHON.run(any, NONE, of(100, 2)).environment());
    assertEquals(Map.of(), Script.BASH.run(any, NONE, of(100, 2)).environment());
  }
}
