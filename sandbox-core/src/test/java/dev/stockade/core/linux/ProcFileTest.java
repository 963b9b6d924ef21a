package dev.stockade.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ProcFileTest {
  /**
   * {@code Files.readString} reads one byte, sees that the file is longer than its size, 0, and
   * goes on at offset 1, where a sysctl has nothing: {@code cap_last_cap} 40 became 4.
   */
  @Test
  void aSysctlIsReadWhole() throws Exception {
    int last = Integer.parseInt(ProcFile.read(Path.of("/proc/sys/kernel/cap_last_cap")).strip());
    assertTrue(last >= 35, "the last capability is " + last); // 37 since Linux 3.16
    assertEquals(
        Integer.parseInt(ProcFile.read(Path.of("/proc/sys/kernel/pid_max")).strip()) + "\n",
        ProcFile.read(Path.of("/proc/sys/kernel/pid_max")));
    assertTrue(ProcFile.read(Path.of("/proc/sys/kernel/pid_max")).length() > 2);
  }

  @Test
  void aLongFileIsReadToItsEnd() throws Exception {
    String status = ProcFile.read(Path.of("/proc/self/status"));
    assertTrue(status.startsWith("Name:"), status);
    assertTrue(status.contains("\nnonvoluntary_ctxt_switches:"), status);
  }
}
