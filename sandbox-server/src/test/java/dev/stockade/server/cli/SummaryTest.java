package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final Limits LIMITS =
      new Limits(
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          ByteSize.ofMebibytes(256),
          64,
          ByteSize.ofMebibytes(1),
          1);
  private static final Limits CEILINGS =
      new Limits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          ByteSize.ofMebibytes(1024),
          128,
          ByteSize.ofMebibytes(64),
          2);
  private static final Usage USED =
      new Usage(
          12_000_000L,
          7_000_000L,
          5_000_000L,
          20_000_000L,
          3_250_585L,
          "memory.peak",
          2,
          null,
          null);
  private static final Evidence NOTHING = new Evidence(0, 0L, 0L, null, null, 0L, null, null);

  @Test
  void ok() {
    assertEquals("OK  cpu 12 ms  wall 20 ms  memory 3.1 MiB", line(Verdict.OK, 0, null));
  }

  @Test
  void whatThisHostDoesNotCountIsUnknown() {
    RunResult result =
        result(
            Verdict.OK,
            0,
            null,
            new Usage(null, null, null, 20_000_000L, null, null, null, null, null),
            NOTHING,
            List.of(),
            0);
    assertEquals(
        "OK  cpu unknown  wall 20 ms  memory unknown", Summary.of(result, LIMITS, CEILINGS));
  }

  @Test
  void anotherExitStatus() {
    assertEquals(
        "NONZERO_EXIT 3  cpu 12 ms  wall 20 ms  memory 3.1 MiB",
        line(Verdict.NONZERO_EXIT, 3, null));
  }

  @Test
  void aSignal() {
    assertEquals(
        "SIGNALED 11  cpu 12 ms  wall 20 ms  memory 3.1 MiB  (SIGSEGV, invalid memory access)",
        line(Verdict.SIGNALED, null, 11));
  }

  @Test
  void cpuTime() {
    assertEquals(
        "CPU_TIME_LIMIT  cpu 12 ms  wall 20 ms  memory 3.1 MiB"
            + "  (used up its 2s of CPU time; --cpu-time may allow up to 10s)",
        line(Verdict.CPU_TIME_LIMIT, null, 9));
  }

  @Test
  void wallTimeAtItsCeiling() {
    assertEquals(
        "WALL_TIME_LIMIT  cpu 12 ms  wall 20 ms  memory 3.1 MiB"
            + "  (still running after 5s; the policy allows no more)",
        line(Verdict.WALL_TIME_LIMIT, null, 9));
  }

  @Test
  void wallTimeOfAProgramThatWaits() {
    Usage idle = new Usage(1_000_000L, 0L, 0L, 5_000_000_000L, 1024L, "memory.peak", 2, null, null);
    RunResult result = result(Verdict.WALL_TIME_LIMIT, null, 9, idle, NOTHING, List.of(), 0);
    assertEquals(
        "WALL_TIME_LIMIT  cpu 1 ms  wall 5 s  memory 1 KiB"
            + "  (still waiting or asleep after 5s; the policy allows no more)",
        Summary.of(result, LIMITS, CEILINGS));
  }

  @Test
  void memory() {
    assertEquals(
        "MEMORY_LIMIT  cpu 12 ms  wall 20 ms  memory 3.1 MiB"
            + "  (needed more than its 256MiB of memory; --memory may allow up to 1GiB)",
        line(Verdict.MEMORY_LIMIT, null, 9));
  }

  @Test
  void outputNamesTheStream() {
    String start = "OUTPUT_LIMIT  cpu 12 ms  wall 20 ms  memory 3.1 MiB  (wrote more than 1MiB to ";
    String end = "; --output may allow up to 64MiB)";
    for (boolean stdout : new boolean[] {true, false}) {
      RunResult result =
          result(Verdict.OUTPUT_LIMIT, null, 9, USED, NOTHING, List.of(), stdout ? 2_000_000L : 0L);
      assertEquals(
          start + (stdout ? "stdout" : "stderr") + end, Summary.of(result, LIMITS, CEILINGS));
    }
  }

  @Test
  void aHostileCallIsNamed() {
    Evidence ptrace = new Evidence(null, 0L, 0L, "deniedSyscall", "ptrace", 0L, null, null);
    RunResult result = result(Verdict.SECURITY_VIOLATION, null, 9, USED, ptrace, List.of(), 0);
    assertEquals(
        "SECURITY_VIOLATION  cpu 12 ms  wall 20 ms  memory 3.1 MiB"
            + "  (made a system call that no honest program makes: ptrace)",
        Summary.of(result, LIMITS, CEILINGS));
  }

  @Test
  void refusedProcessesAreToldWhateverTheVerdict() {
    Evidence refused = new Evidence(256, 0L, 3L, null, null, 0L, null, null);
    RunResult result = result(Verdict.NONZERO_EXIT, 1, null, USED, refused, List.of(), 0);
    assertEquals(
        "NONZERO_EXIT 1  cpu 12 ms  wall 20 ms  memory 3.1 MiB"
            + "  (was refused a process or thread 3 times, for it may have 64;"
            + " --pids may allow up to 128)",
        Summary.of(result, LIMITS, CEILINGS));
  }

  @Test
  void degradedIsNeverLeftOut() {
    RunResult result = result(Verdict.OK, 0, null, USED, NOTHING, List.of("CPU rate limit"), 0);
    assertEquals(
        "OK  cpu 12 ms  wall 20 ms  memory 3.1 MiB  (degraded: CPU rate limit)",
        Summary.of(result, LIMITS, CEILINGS));
  }

  private static String line(Verdict verdict, @Nullable Integer exit, @Nullable Integer signal) {
    return Summary.of(result(verdict, exit, signal, USED, NOTHING, List.of(), 0), LIMITS, CEILINGS);
  }

  private static RunResult result(
      Verdict verdict,
      @Nullable Integer exitCode,
      @Nullable Integer signal,
      Usage usage,
      Evidence evidence,
      List<String> degraded,
      long stdoutBytes) {
    return new RunResult(
        verdict,
        exitCode,
        signal,
        new Output(new byte[0], stdoutBytes),
        new Output(new byte[0], 0),
        usage,
        evidence,
        degraded,
        Map.of(),
        Map.of());
  }
}
