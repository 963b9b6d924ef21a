package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class ConsoleTextTest {
  private static boolean isLike(String written, String output) {
    return ConsoleText.normal(written).equals(ConsoleText.like(written, output));
  }

  @Test
  void anEllipsisStandsForAnythingOnItsLine() {
    assertEquals(true, isLike("a.c:1:…\nb 2 ms\n", "a.c:1: error (x)\nb 3.5 ms\n"));
    assertEquals(false, isLike("a.c:1:…\n", "axc:1: error\n"));
    assertEquals(false, isLike("a…\nb\n", "a\nmore\nb\n"));
  }

  @Test
  void withoutOneEveryCharacterCounts() {
    assertEquals(true, isLike("1 ACCEPTED\n", "1 ACCEPTED\n"));
    assertNotEquals("1 ACCEPTED\n", ConsoleText.like("1 ACCEPTED\n", "1 ACCEPTED \n"));
  }
}
