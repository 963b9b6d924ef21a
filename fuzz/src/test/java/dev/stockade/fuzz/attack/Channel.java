package dev.stockade.fuzz.attack;

import dev.stockade.core.RunRequest;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.server.selftest.AttackRunner;
import java.time.Duration;

/**
 * A way to pass a bit from one job to another: two Python programs, and what the second says when
 * nothing came through.
 *
 * @param name what it uses
 * @param when whether the first must still be running
 * @param first sends; says {@code ready} on a line of its own when it has done so
 * @param second receives
 * @param nothing the whole output of the second when it received nothing
 * @param isOpenOutside whether something comes through outside of a sandbox, on every host, and may
 *     be tried there
 */
record Channel(
    String name, When when, String first, String second, String nothing, boolean isOpenOutside) {

  /** When the second program runs. */
  enum When {
    /** While the first waits for the end of its input or of its time. */
    BESIDE,
    /** When the first is over. */
    AFTER
  }

  /** What the first does after it has sent: it stays until it is ended. */
  private static final String STAY =
      """

      import time
      print('ready', flush=True)
      time.sleep(200)
      """;

  private static final String PRELUDE =
      """
      import sys
      sys.path.insert(0, '.')
      from attempts import *
      """;

  static Channel beside(String name, String first, String second, String nothing) {
    return new Channel(name, When.BESIDE, first + STAY, second, nothing, true);
  }

  static Channel after(String name, String first, String second, String nothing) {
    return new Channel(name, When.AFTER, first + "\nprint('ready')\n", second, nothing, true);
  }

  /** A channel that must not or cannot be shown to work outside. */
  Channel notOutside() {
    return new Channel(name, when, first, second, nothing, false);
  }

  /** With time to stay until the second has run, however slow this machine is. */
  RunRequest.Builder firstRequest() {
    return request(first)
        .limits(new LimitOverrides(null, Duration.ofMinutes(2), null, null, null, null));
  }

  RunRequest.Builder secondRequest() {
    return request(second);
  }

  private static RunRequest.Builder request(String script) {
    return RunRequest.command("python3", "-c", PRELUDE + script)
        .file("attempts.py", AttackRunner.attempts());
  }

  /** The scripts as they are run outside of any sandbox. */
  static String bare(String script) {
    return PRELUDE + script;
  }

  @Override
  public String toString() {
    return name + (when == When.BESIDE ? ", side by side" : ", one after the other");
  }
}
