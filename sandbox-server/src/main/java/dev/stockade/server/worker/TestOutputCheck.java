package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.server.judge.CheckResult;
import dev.stockade.server.judge.TestCase;

/** Says whether what a program wrote for a test is right. Thread-safe. */
@FunctionalInterface
interface TestOutputCheck {
  /**
   * Checks.
   *
   * @param output complete standard output
   * @throws java.util.concurrent.CancellationException when it was cancelled before its end
   */
  CheckResult check(TestCase test, byte[] output, Cancellation cancellation);
}
