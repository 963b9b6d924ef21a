package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamsTest {
  @ParameterizedTest
  @CsvSource({
    "/dev/pts/0, true",
    "/dev/tty, true",
    "/dev/tty1, true",
    "/dev/ttyS0, true",
    "/dev/hvc0, true",
    "/dev/console, true",
    "/dev/null, false",
    "pipe:[123], false",
    "/home/ada/dev/pts/0, false",
    "/dev/pts/0 (deleted), false"
  })
  void terminals(String link, boolean terminal) {
    assertEquals(terminal, Streams.isTerminalDevice(link));
  }

  @Test
  void coloursAreForTerminalsThatHaveThem() {
    assertTrue(Streams.wantsColours(null, "xterm"));
    assertTrue(Streams.wantsColours("", "xterm"), "an empty NO_COLOR does not count");
    assertFalse(Streams.wantsColours("1", "xterm"));
    assertFalse(Streams.wantsColours(null, "dumb"));
    assertFalse(Streams.wantsColours(null, null));
  }
}
