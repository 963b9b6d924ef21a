package dev.stockade.fuzz.attack;

import dev.stockade.core.testing.Needs;
import dev.stockade.fuzz.CorpusFiles;
import dev.stockade.server.selftest.NotTestableException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code fuzz/corpus/programs/attacker.c} for the tests that are not data. */
final class Attacker {
  private static final Compilers COMPILERS = new Compilers();

  private Attacker() {}

  /** A static executable, so that it starts within very small limits. */
  static byte[] program() {
    byte[] source = CorpusFiles.bytes("programs/attacker.c");
    try {
      return COMPILERS.executable("attacker.c", new String(source, StandardCharsets.UTF_8));
    } catch (NotTestableException e) {
      Needs.feature("a program in C", Optional.of(String.valueOf(e.getMessage())));
      throw new AssertionError(e);
    }
  }
}
