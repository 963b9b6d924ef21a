package dev.stockade.server.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An interactor's time is not over before the program's, unless it is asked for. */
final class InteractorTimeTest {
  private static final Policy DEFAULT = Policies.named("default");
  private static final Duration OWN = DEFAULT.limits().wallTime();
  private static final Duration CEILING = DEFAULT.ceilings().wallTime();

  private static LimitOverrides wall(Duration wall) {
    return new LimitOverrides(null, wall, null, null, null, null);
  }

  private static LimitOverrides given(LimitOverrides asked, LimitOverrides program) {
    return InteractorTime.limits(asked, DEFAULT, program, DEFAULT);
  }

  @Test
  void itHasItsOwnTimeOnTopOfTheProgramsOwn() {
    assertEquals(
        OWN.plusSeconds(7), given(LimitOverrides.NONE, wall(Duration.ofSeconds(7))).wallTime());
  }

  @Test
  void itHasItsOwnTimeOnTopOfTheProgramsPolicys() {
    Policy java = Policies.named("java");
    assertEquals(
        OWN.plus(java.limits().wallTime()),
        InteractorTime.limits(LimitOverrides.NONE, DEFAULT, LimitOverrides.NONE, java).wallTime());
  }

  @Test
  void itNeverHasMoreThanItsCeiling() {
    assertEquals(CEILING, given(LimitOverrides.NONE, wall(CEILING)).wallTime());
  }

  @Test
  void whatItAsksForStays() {
    LimitOverrides asked = wall(Duration.ofSeconds(1));
    assertEquals(asked, given(asked, wall(Duration.ofSeconds(7))));
    LimitOverrides memory =
        new LimitOverrides(
            Duration.ofSeconds(3), null, ByteSize.ofMebibytes(64), 5, ByteSize.ofBytes(9), 0.5);
    LimitOverrides given = given(memory, wall(Duration.ofSeconds(7)));
    assertEquals(
        new LimitOverrides(
            Duration.ofSeconds(3),
            OWN.plusSeconds(7),
            ByteSize.ofMebibytes(64),
            5,
            ByteSize.ofBytes(9),
            0.5),
        given);
  }
}
