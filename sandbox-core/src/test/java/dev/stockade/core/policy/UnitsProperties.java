package dev.stockade.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.LongRange;

final class UnitsProperties {
  @Property
  void aRenderedDurationParsesBack(@ForAll @LongRange(min = 0) long nanos) {
    Duration duration = Duration.ofNanos(nanos);
    assertEquals(duration, Durations.parse(Durations.render(duration)));
  }

  @Property
  void aRenderedSizeParsesBack(@ForAll @LongRange(min = 0) long bytes) {
    ByteSize size = ByteSize.ofBytes(bytes);
    assertEquals(size, ByteSize.parse(size.toString()));
  }

  @Property
  void anyTextIsReadOrRefusedWithAReason(@ForAll String text) {
    refusedOrRoundTrip(text);
  }

  /** Texts near the border: digits, dots, units and signs in any order. */
  @Property
  void anyTextOfUnitLettersIsReadOrRefusedWithAReason(
      @ForAll
          @CharRange(from = '.', to = '9')
          @Chars({'h', 'm', 's', 'u', 'n', 'K', 'M', 'i', 'B', '-', ' '})
          String text) {
    refusedOrRoundTrip(text);
  }

  private static void refusedOrRoundTrip(String text) {
    try {
      Duration duration = Durations.parse(text);
      assertEquals(duration, Durations.parse(Durations.render(duration)));
    } catch (IllegalArgumentException e) {
      assertEquals('"', e.getMessage().charAt(0));
    }
    try {
      ByteSize size = ByteSize.parse(text);
      assertEquals(size, ByteSize.parse(size.toString()));
    } catch (IllegalArgumentException e) {
      assertEquals('"', e.getMessage().charAt(0));
    }
  }
}
