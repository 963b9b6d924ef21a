package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.server.judge.TestCase;
import dev.stockade.server.judge.TestResult;

/** Runs and judges one test of a job. Thread-safe. */
@FunctionalInterface
interface TestExecution {
  /**
   * Runs the program with the test's input and judges what came of it.
   *
   * @param live told what the program writes
   * @throws java.util.concurrent.CancellationException when it was cancelled before its end
   */
  TestResult run(TestCase test, LiveOutput live, Cancellation cancellation);
}
