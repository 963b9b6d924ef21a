package dev.stockade.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks on the end of a job: it comes, with its verdict, and leaves nothing behind. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KillIT {
  @BeforeAll
  static void need() {
    Sandboxes.needDefaultPolicy();
  }

  static List<Attack> attacks() {
    return KillAttacks.ALL;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void endsAndLeavesNothing(Attack attack) throws IOException {
    attack.run();
    assertEquals(List.of(), survivors());
  }

  /** The processes of this host that attacks of ours started. */
  private static List<String> survivors() throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        try {
          String command =
              new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8)
                  .replace('\0', ' ');
          if (command.contains(Attack.MARK)) {
            found.add(process + " " + command);
          }
        } catch (IOException e) {
          assertFalse(Files.exists(process.resolve("comm")), () -> process + ": " + e);
        }
      }
    }
    return found;
  }

  @AfterEach
  void theHostIsUnharmed() {
    Canary.shared().assertUnharmed();
  }
}
