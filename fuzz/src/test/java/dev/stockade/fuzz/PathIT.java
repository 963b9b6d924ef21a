package dev.stockade.fuzz;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks by files and paths, each exactly refused, with the host's files unchanged. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PathIT {
  @BeforeAll
  static void need() {
    Sandboxes.needDefaultPolicy();
  }

  static List<Attack> attacks() {
    return PathAttacks.ALL;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void holds(Attack attack) {
    attack.run();
  }

  @AfterEach
  void theHostIsUnharmed() {
    Canary.shared().assertUnharmed();
  }
}
