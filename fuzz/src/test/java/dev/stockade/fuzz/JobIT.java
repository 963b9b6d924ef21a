package dev.stockade.fuzz;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a job is and knows: no privilege, nothing of the host, limits that it cannot move. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class JobIT {
  @BeforeAll
  static void need() {
    Sandboxes.needDefaultPolicy();
  }

  static List<Attack> attacks() {
    return JobAttacks.ALL;
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
