package dev.stockade.core.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.fault.InvalidRequestException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LimitsTest {
  private static final Limits LIMITS =
      new Limits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          ByteSize.ofMebibytes(256),
          64,
          ByteSize.ofMebibytes(1),
          1);

  @Test
  void nothingAskedForChangesNothing() {
    assertEquals(LIMITS, LIMITS.with(LimitOverrides.NONE));
  }

  @Test
  void whatIsAskedForTakesThePlaceOfTheLimit() {
    Limits asked =
        LIMITS.with(
            new LimitOverrides(
                Duration.ofMillis(1),
                Duration.ofMinutes(1),
                ByteSize.ofMebibytes(1),
                1,
                ByteSize.ofBytes(0),
                0.01));
    assertEquals(
        new Limits(
            Duration.ofMillis(1),
            Duration.ofMinutes(1),
            ByteSize.ofMebibytes(1),
            1,
            ByteSize.ofBytes(0),
            0.01),
        asked);
  }

  @Test
  void oneFieldLeavesTheOthers() {
    LimitOverrides pids = new LimitOverrides(null, null, null, 7, null, null);
    assertEquals(
        new Limits(
            LIMITS.cpuTime(),
            LIMITS.wallTime(),
            LIMITS.memory(),
            7,
            LIMITS.output(),
            LIMITS.cpus()),
        LIMITS.with(pids));
  }

  static Arguments[] useless() {
    return new Arguments[] {
      Arguments.of(
          new LimitOverrides(Duration.ZERO, null, null, null, null, null),
          "limits.cpuTime",
          "limits.cpuTime: 0s is below the least, 1ms"),
      Arguments.of(
          new LimitOverrides(null, Duration.ofSeconds(-1), null, null, null, null),
          "limits.wallTime",
          "limits.wallTime: PT-1S is below the least, 1ms"),
      Arguments.of(
          new LimitOverrides(null, null, ByteSize.ofKibibytes(1023), null, null, null),
          "limits.memory",
          "limits.memory: 1023KiB is below the least, 1MiB"),
      Arguments.of(
          new LimitOverrides(null, null, null, 0, null, null),
          "limits.pids",
          "limits.pids: 0 is below the least, 1"),
      Arguments.of(
          new LimitOverrides(null, null, null, -64, null, null),
          "limits.pids",
          "limits.pids: -64 is below the least, 1"),
      Arguments.of(
          new LimitOverrides(null, null, null, null, null, 0.0),
          "limits.cpus",
          "limits.cpus: 0 is below the least, 0.01"),
      Arguments.of(
          new LimitOverrides(null, null, null, null, null, Double.NEGATIVE_INFINITY),
          "limits.cpus",
          "limits.cpus: -Infinity is below the least, 0.01"),
    };
  }

  @ParameterizedTest
  @MethodSource("useless")
  void aLimitWithWhichNoProgramRunsIsRefused(LimitOverrides asked, String field, String message) {
    InvalidRequestException e =
        assertThrows(InvalidRequestException.class, () -> LIMITS.with(asked));
    assertEquals(field, e.field());
    assertEquals(message, e.getMessage());
  }

  static Arguments[] tooMuch() {
    return new Arguments[] {
      Arguments.of(
          new LimitOverrides(Duration.ofMillis(10_001), null, null, null, null, null),
          "limits.cpuTime",
          "limits.cpuTime: 10s1ms is above the ceiling of 10s"),
      Arguments.of(
          new LimitOverrides(null, Duration.ofDays(1_000_000), null, null, null, null),
          "limits.wallTime",
          "limits.wallTime: PT24000000H is above the ceiling of 20s"),
      Arguments.of(
          new LimitOverrides(null, null, ByteSize.ofMebibytes(512), null, null, null),
          "limits.memory",
          "limits.memory: 512MiB is above the ceiling of 256MiB"),
      Arguments.of(
          new LimitOverrides(null, null, null, 65, null, null),
          "limits.pids",
          "limits.pids: 65 is above the ceiling of 64"),
      Arguments.of(
          new LimitOverrides(null, null, null, null, ByteSize.parse("2MiB"), null),
          "limits.output",
          "limits.output: 2MiB is above the ceiling of 1MiB"),
      Arguments.of(
          new LimitOverrides(null, null, null, null, null, 1.5),
          "limits.cpus",
          "limits.cpus: 1.5 is above the ceiling of 1"),
      Arguments.of(
          new LimitOverrides(null, null, null, null, null, Double.NaN),
          "limits.cpus",
          "limits.cpus: NaN is above the ceiling of 1"),
      Arguments.of(
          new LimitOverrides(null, null, null, null, null, Double.POSITIVE_INFINITY),
          "limits.cpus",
          "limits.cpus: Infinity is above the ceiling of 1"),
    };
  }

  @ParameterizedTest
  @MethodSource("tooMuch")
  void aLimitAboveItsCeilingIsRefused(LimitOverrides asked, String field, String message) {
    Limits limits = LIMITS.with(asked);
    InvalidRequestException e =
        assertThrows(InvalidRequestException.class, () -> limits.checkWithin(LIMITS));
    assertEquals(field, e.field());
    assertEquals(message, e.getMessage());
  }

  @Test
  void aLimitMayBeItsCeiling() {
    assertDoesNotThrow(() -> LIMITS.checkWithin(LIMITS));
  }
}
