package dev.stockade.core.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class HostFilesTest {
  /** Such a file answers only its first read; Files.readAllBytes gave "4" for "4194304". */
  @Test
  void aNumberUnderProcSysIsReadWhole() {
    Long pidMax = HostFiles.current().number("/proc/sys/kernel/pid_max");
    assertNotNull(pidMax);
    assertEquals(0, pidMax % 256, "every pid_max is a power of two or at least 301: " + pidMax);
  }

  @Test
  void whatIsNotThereIsNull() {
    assertNull(HostFiles.current().read("/proc/no such file"));
    assertNull(HostFiles.current().number("/proc/version"));
  }
}
