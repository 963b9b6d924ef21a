package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.TestSuite;
import dev.stockade.server.job.TestedJob;
import dev.stockade.server.judge.StopRule;
import dev.stockade.server.judge.TestCase;
import dev.stockade.server.judge.TestResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * All tests of one job: begun in their order, as many at one time as the job asks for and idle
 * workers allow. The results are the same as if they had run one after the other.
 *
 * <p>The job's own worker always works; helpers come and go. A fault of ours in one test ends all.
 */
final class TestsRun {
  private final TestedJob job;
  private final TestSuite suite;
  private final List<TestCase> tests;
  private final TestExecution execution;
  private final JobContext context;
  private final StopRule rule;
  private final List<TestResult> results;
  private final Map<Integer, Cancellation> running = new HashMap<>();
  private int next;
  private int helping;
  private @Nullable Throwable failure;

  TestsRun(TestedJob job, TestExecution execution, JobContext context) {
    this.job = job;
    this.suite = job.suite();
    this.tests = suite.scoring().tests();
    this.execution = execution;
    this.context = context;
    this.rule = new StopRule(tests, suite.scoring().groups(), suite.stopOnFirstFailure());
    this.results = new ArrayList<>(Collections.nCopies(tests.size(), TestResult.SKIPPED));
  }

  /**
   * Runs them; called once.
   *
   * @return one result for each test, in their order
   * @throws CancellationException when the job was cancelled before the end
   */
  List<TestResult> run() {
    hire();
    for (int test = take(); test >= 0; test = take()) {
      perform(test);
      hire();
    }
    return finish();
  }

  private synchronized List<TestResult> finish() {
    while (helping > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts workers", e);
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    for (int test = 0; test < tests.size(); test++) {
      if (!rule.isWanted(test)) {
        results.set(test, TestResult.SKIPPED);
      }
    }
    return List.copyOf(results);
  }

  private synchronized void hire() {
    while (1 + helping < suite.parallelism()
        && failure == null
        && next < tests.size()
        && context.helpers().tryStart(this::help)) {
      helping++;
    }
  }

  private void help() {
    try {
      while (!context.helpers().areNeeded()) {
        int test = take();
        if (test < 0) {
          return;
        }
        perform(test);
      }
    } finally {
      leave();
    }
  }

  private synchronized void leave() {
    helping--;
    notifyAll();
  }

  /** The next test to be run; -1 when there is none. What is not wanted now never will be. */
  private synchronized int take() {
    if (failure != null) {
      return -1;
    }
    while (next < tests.size() && !rule.isWanted(next)) {
      next++;
    }
    return next < tests.size() ? next++ : -1;
  }

  private void perform(int test) {
    Cancellation own = new Cancellation();
    if (!begin(test, own)) {
      return;
    }
    context.events().add(new JobEvent.TestStarted(test, tests.get(test).name()));
    try {
      end(test, execution.run(tests.get(test), context.live(job.input(), test), own));
    } catch (RuntimeException | Error e) {
      fail(test, e);
    } finally {
      context.cancellation().remove(own);
    }
  }

  private boolean begin(int test, Cancellation own) {
    if (!context.cancellation().add(own)) {
      fail(test, new CancellationException("cancelled before the test"));
      return false;
    }
    synchronized (this) {
      running.put(test, own);
      if (failure == null && rule.isWanted(test)) {
        return true;
      }
    }
    own.cancel(); // what ends the tests that run has happened before this one was among them
    return true;
  }

  private void end(int test, TestResult result) {
    List<Cancellation> unwanted = new ArrayList<>();
    synchronized (this) {
      running.remove(test);
      if (!rule.isWanted(test)) {
        return;
      }
      results.set(test, result);
      if (result.verdict().isFailure()) {
        rule.failed(test);
        running.forEach(
            (other, cancellation) -> {
              if (!rule.isWanted(other)) {
                unwanted.add(cancellation);
              }
            });
      }
    }
    context
        .events()
        .add(
            new JobEvent.TestFinished(
                test, tests.get(test).name(), result.verdict(), result.score()));
    unwanted.forEach(Cancellation::cancel);
  }

  /** Ends everything, unless the test did not matter any more. */
  private void fail(int test, Throwable cause) {
    List<Cancellation> others;
    synchronized (this) {
      running.remove(test);
      if (!rule.isWanted(test) || failure != null) {
        return;
      }
      failure = cause;
      others = List.copyOf(running.values());
    }
    others.forEach(Cancellation::cancel);
  }
}
