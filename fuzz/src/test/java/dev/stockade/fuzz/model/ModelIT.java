package dev.stockade.fuzz.model;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.Policies;
import dev.stockade.fuzz.StaticProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/** Random programs under random limits end as the oracle says. */
final class ModelIT {
  private static Sandbox sandbox;
  private static byte[] actor;

  @BeforeContainer
  static void open() {
    actor = StaticProgram.of(ModelIT.class, "actor.c");
    sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1));
  }

  @AfterContainer
  static void close() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @Provide
  Arbitrary<Scenario> scenarios() {
    return Scenarios.all();
  }

  @Property
  void aRandomProgramEndsAsTheOracleSays(@ForAll("scenarios") Scenario scenario) {
    Optional<Prediction> prediction = Oracle.of(scenario);
    Assume.that(prediction.isPresent());
    Prediction wanted = prediction.get();
    Statistics.collect(wanted.verdict());
    List<String> command = new ArrayList<>(List.of("./actor"));
    scenario.acts().forEach(act -> command.add(act.toString()));
    RunRequest.Builder request =
        RunRequest.command(command).executable("actor", actor).limits(scenario.limits());
    check(scenario, wanted, sandbox.run(request.build()));
  }

  private static void check(Scenario scenario, Prediction wanted, RunResult result) {
    Evidence evidence = result.evidence();
    assertAll(
        wanted + " but " + result.verdict() + " " + evidence + " " + result.usage(),
        () -> assertEquals(wanted.verdict(), result.verdict()),
        () -> assertEquals(wanted.verdict() == Verdict.MEMORY_LIMIT, evidence.oomKills() != 0),
        () -> checkKiller(wanted, result),
        () -> checkOutput(scenario.outputBytes(), 1, wanted.stdoutBytes(), wanted, result.stdout()),
        () -> checkOutput(scenario.outputBytes(), 2, wanted.stderrBytes(), wanted, result.stderr()),
        () -> {
          if (wanted.exact()) {
            assertEquals(wanted.exitCode(), result.exitCode());
            assertEquals(wanted.signal(), result.signal());
            assertEquals(wanted.pidsRefused(), evidence.pidsLimitHits() != 0);
            assertTrue(result.usage().cpuTimeNanos() >= wanted.burntMillis() * 900_000L);
            assertTrue(result.usage().memoryPeakBytes() >= (long) wanted.heldMebibytes() << 20);
          }
        });
  }

  private static void checkKiller(Prediction wanted, RunResult result) {
    String killer = result.evidence().killedFor();
    switch (wanted.verdict()) {
      case CPU_TIME_LIMIT -> assertEquals("cpuTime", killer);
      case WALL_TIME_LIMIT -> assertEquals("wallTime", killer);
      case SECURITY_VIOLATION -> {
        boolean bySignal = Integer.valueOf(31).equals(wanted.signal());
        assertEquals(bySignal ? null : "deniedSyscall", killer);
        assertEquals(bySignal ? null : "mount", result.evidence().deniedSyscall());
      }
      case OUTPUT_LIMIT -> assertTrue(killer == null || killer.equals("output"), killer);
      default -> assertEquals(null, killer);
    }
  }

  private static void checkOutput(
      int limit, int stream, long wantedBytes, Prediction wanted, Output output) {
    boolean over = wantedBytes > limit;
    if (wanted.exact() || over) {
      assertTrue(
          over ? output.totalBytes() > limit : output.totalBytes() == wantedBytes,
          () -> output.totalBytes() + " bytes on stream " + stream);
    }
    int kept = (int) Math.min(limit, output.totalBytes());
    assertEquals(output.totalBytes() > limit, output.truncated());
    byte[] bytes = new byte[kept];
    for (int i = 0; i < kept; i++) {
      bytes[i] = (byte) (i * 31 + stream + (i >> 8));
    }
    assertArrayEquals(bytes, output.bytes(), () -> "stream " + stream);
  }
}
