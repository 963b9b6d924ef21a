package dev.stockade.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PosixSpawnIT {
  private static final String SHELL = "/bin/sh";

  /**
   * Found in User-Mode Linux as {@code posix_spawn("/bin/true"): EFAULT}: the collector had freed
   * the arguments during the call.
   */
  @Test
  void wordsStayWhereTheyAreWhileTheCollectorWorks() throws Exception {
    String word = "w".repeat(3000);
    String script = "[ \"$0\" = \"$1\" ] && [ \"$V\" = \"$1\" ]";
    Thread collector =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                System.gc();
              }
            });
    collector.start();
    try {
      for (int i = 0; i < 200; i++) {
        int pid =
            Sys.spawn(
                SHELL, List.of("sh", "-c", script, word, word), List.of("V=" + word), Map.of());
        assertEquals(0, Sys.waitFor(pid), "spawn " + i);
      }
    } finally {
      collector.interrupt();
      collector.join();
    }
  }

  /** Found in User-Mode Linux as {@code posix_spawn("newuidmap"): ENOENT}. */
  @Test
  void aProgramWithoutASlashIsLookedUpInPath() {
    int pid = Sys.spawn("sh", List.of("sh", "-c", "exit 3"), List.of(), Map.of());
    assertEquals(3 << 8, Sys.waitFor(pid));
  }

  @Test
  void descriptorsGetTheNumbersAskedFor() {
    Fd[] pair = Sys.socketPair();
    try (Fd ours = pair[0];
        Fd theirs = pair[1]) {
      assertTrue(ours.number() != theirs.number());
      int pid =
          Sys.spawn(
              SHELL, List.of("sh", "-c", "[ -S /proc/self/fd/42 ]"), List.of(), Map.of(42, theirs));
      assertEquals(0, Sys.waitFor(pid));
    }
  }

  @Test
  void programThatIsNotThereIsNamed() {
    SystemCallException thrown =
        assertThrows(
            SystemCallException.class,
            () -> Sys.spawn("/no/such/program", List.of("x"), List.of(), Map.of()));
    assertEquals("posix_spawn(\"/no/such/program\"): ENOENT", thrown.getMessage());
  }
}
