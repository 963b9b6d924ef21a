package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputFileOptionTest {
  @ParameterizedTest
  @CsvSource({
    "data.txt, data.txt, data.txt",
    "/srv/tests/1.in, /srv/tests/1.in, 1.in",
    "/srv/tests/1.in=input, /srv/tests/1.in, input",
    "a=b=c, a=b, c"
  })
  void hostAndName(String text, String host, String name) {
    assertEquals(new InputFileOption(host, name), InputFileOption.parse(text));
  }

  @Test
  void aRootHasNoName() {
    assertThrows(UsageException.class, () -> InputFileOption.parse("/"));
  }

  @Test
  void anEmptyName() {
    assertThrows(UsageException.class, () -> InputFileOption.parse(""));
  }
}
