package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "1000, 0 ms",
    "412000, 0.41 ms",
    "2000000, 2 ms",
    "12000000, 12 ms",
    "12340000, 12.3 ms",
    "99940000, 99.9 ms",
    "99960000, 100 ms",
    "999400000, 999 ms",
    "999500000, 1 s",
    "2350000000, 2.35 s",
    "99990000000, 100 s",
    "120000000000, 120 s"
  })
  void times(long nanos, String text) {
    assertEquals(text, Quantity.nanos(nanos));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1 KiB",
    "3250585, 3.1 MiB",
    "268435456, 256 MiB",
    "1073741823, 1 GiB",
    "5497558138880, 5 TiB"
  })
  void sizes(long bytes, String text) {
    assertEquals(text, Quantity.bytes(bytes));
  }

  @Property
  void neverMoreThanFourDigits(@ForAll @LongRange(min = 0, max = 1L << 49) long bytes) {
    assertTrue(Quantity.bytes(bytes).matches("[0-9.]{1,4} [KMGT]?i?B"), Quantity.bytes(bytes));
  }

  @Test
  void theLargestTimeIsShown() {
    assertEquals("9223372037 s", Quantity.nanos(Long.MAX_VALUE));
  }
}
