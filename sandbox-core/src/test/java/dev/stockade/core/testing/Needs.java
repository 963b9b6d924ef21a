package dev.stockade.core.testing;

import java.util.Optional;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * What a test needs of the host: it is skipped with the missing feature's name, or fails where
 * {@code STOCKADE_MUST_WORK=1} says that nothing may be missing.
 */
public final class Needs {
  private Needs() {}

  /**
   * Goes on only when the feature is there.
   *
   * @param whyNot the reason why it is not, empty when it is
   */
  public static void feature(String name, Optional<String> whyNot) {
    if (whyNot.isEmpty()) {
      return;
    }
    String message = "needs " + name + ": " + whyNot.get();
    if ("1".equals(System.getenv("STOCKADE_MUST_WORK"))) {
      throw new AssertionFailedError(message + " (STOCKADE_MUST_WORK=1)");
    }
    throw new TestAbortedException(message);
  }

  /**
   * Goes on only where the machine itself can do it. Unlike {@link #feature}, nothing that a host
   * installs or grants could help, so this is a skip everywhere.
   *
   * @param whyNot what the machine lacks, empty when it lacks nothing
   */
  public static void machine(String name, Optional<String> whyNot) {
    if (whyNot.isPresent()) {
      throw new TestAbortedException("this machine has no " + name + ": " + whyNot.get());
    }
  }
}
