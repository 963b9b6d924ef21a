package dev.stockade.core.seccomp;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.HostUnsupportedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LibSeccompLoaderTest {
  private static final String FIX = "apt-get install libseccomp2";

  @Test
  void aMissingLibraryIsNamedWithItsFix() {
    HostUnsupportedException e =
        assertThrows(
            HostUnsupportedException.class, () -> LibSeccompLoader.load("libseccomp.so.999"));
    assertEquals("libseccomp", e.feature());
    assertTrue(e.reason().startsWith("libseccomp.so.999 cannot be loaded ("), e.reason());
    assertEquals(FIX, e.fix());
  }

  @ParameterizedTest
  @CsvSource({"2, 4, 4", "1, 9, 9", "3, 0, 0", "0, 0, 0"})
  void anotherVersionIsRefused(int major, int minor, int micro) {
    HostUnsupportedException e =
        assertThrows(
            HostUnsupportedException.class,
            () -> LibSeccompLoader.requireVersion(major, minor, micro));
    assertEquals(
        "version " + major + "." + minor + "." + micro + " is here, 2.5 or a later 2 is needed",
        e.reason());
    assertEquals(FIX, e.fix());
  }

  @ParameterizedTest
  @CsvSource({"2, 5, 0", "2, 5, 4", "2, 6, 0"})
  void aVersionThatWillDoIsTaken(int major, int minor, int micro) {
    assertDoesNotThrow(() -> LibSeccompLoader.requireVersion(major, minor, micro));
  }

  @Test
  void anotherProcessorIsRefused() {
    int aarch64 = 0xc000_00b7;
    HostUnsupportedException e =
        assertThrows(HostUnsupportedException.class, () -> LibSeccompLoader.requireX8664(aarch64));
    assertEquals("this processor's AUDIT_ARCH is 0xc00000b7", e.reason());
  }
}
