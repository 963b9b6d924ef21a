package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** When the CPU time of a run is looked at again. */
final class CpuDeadlineProperties {
  private static final long MS = 1_000_000;

  @Property
  void nobodyUsesUpTheLimitBeforeTheNextLookButForTheLastMoment(
      @ForAll @LongRange(min = 1, max = 600_000) long limitMillis,
      @ForAll @LongRange(min = 0, max = 600_000) long usedMillis,
      @ForAll @IntRange(min = 1, max = 80) int processors) {
    long limit = limitMillis * MS;
    long used = usedMillis * MS;
    long wait =
        new CpuDeadline(Duration.ofMillis(limitMillis), processors).nanosUntilNextLook(used);
    assertTrue(wait >= 100_000, () -> wait + " ns keep a processor busy");
    long then = used + wait * processors;
    assertTrue(then <= Math.max(limit, used + 8 * MS), () -> then + " of " + limit);
  }

  @Example
  void itIsTheRestOnAllProcessorsAtOnce() {
    CpuDeadline deadline = new CpuDeadline(Duration.ofSeconds(1), 4);
    assertEquals(250 * MS, deadline.nanosUntilNextLook(0));
    assertEquals(100 * MS, deadline.nanosUntilNextLook(600 * MS));
    assertEquals(MS, deadline.nanosUntilNextLook(999 * MS));
    assertEquals(MS, deadline.nanosUntilNextLook(2000 * MS));
  }
}
