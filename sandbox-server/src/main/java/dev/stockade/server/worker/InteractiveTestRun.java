package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Content;
import dev.stockade.core.InteractionResult;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.server.job.OutputJudge;
import dev.stockade.server.job.TestedJob;
import dev.stockade.server.judge.CheckResult;
import dev.stockade.server.judge.InteractionRule;
import dev.stockade.server.judge.JudgeVerdict;
import dev.stockade.server.judge.TestCase;
import dev.stockade.server.judge.TestResult;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A test in which the program talks with an interactor, which has the test's input.
 *
 * @param program the job's, ready
 * @param check reads what the interactor left when that had nothing to complain of, in a job that
 *     has a checker
 */
record InteractiveTestRun(
    TestedJob job,
    BuiltProgram program,
    InteractorProgram interactor,
    TestOutputCheck check,
    Sandboxes sandboxes)
    implements TestExecution {
  private static final String INTERACTOR = "interactor";
  private static final String SOLUTION = "solution";

  @Override
  public TestResult run(TestCase test, LiveOutput live, Cancellation cancellation) {
    InteractionResult result;
    try {
      result = new Meeting(test, live, cancellation).hold();
    } catch (InteractorFault e) {
      CheckResult fault = CheckResult.checkerError("it cannot be run: " + e.getMessage());
      return new TestResult(fault.verdict(), BigDecimal.ZERO, fault.comment(), null);
    }
    InteractionResult kept = keepFirst(result);
    CheckResult said = InteractionRule.said(result, test.weight());
    JudgeVerdict broken = InteractionRule.broken(result, said);
    if (broken != null) {
      return TestResult.broken(broken, kept.solution()).with(kept);
    }
    if (isChecked() && said.verdict() == JudgeVerdict.ACCEPTED) {
      said = checked(test, result.interactor(), cancellation);
    }
    return TestResult.checked(said, test.weight(), kept.solution()).with(kept);
  }

  /** Whether the interactor's word is not the last. */
  private boolean isChecked() {
    return !(job.suite().judge() instanceof OutputJudge.BuiltIn rule)
        || rule.checker().comparesOutput();
  }

  private CheckResult checked(TestCase test, RunResult interactor, Cancellation cancellation) {
    byte[] output = interactor.files().get(OutputJudge.Program.OUTPUT);
    return output == null
        ? CheckResult.checkerError(
            "the interactor left no "
                + OutputJudge.Program.OUTPUT
                + " for the checker: "
                + interactor.fileErrors().get(OutputJudge.Program.OUTPUT))
        : check.check(test, output, cancellation);
  }

  private InteractionResult keepFirst(InteractionResult result) {
    long bytes = job.suite().keepOutput().bytes();
    return new InteractionResult(
        TestRun.keepFirst(result.interactor(), bytes),
        TestRun.keepFirst(result.solution(), bytes),
        result.first(),
        result.cause(),
        result.transcript());
  }

  /** The interactor is at fault, not the job. */
  private static final class InteractorFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InteractorFault(InvalidRequestException fault) {
      super(fault.getMessage(), fault);
    }
  }

  /** The job is at fault, on its way past the interactor. */
  private static final class SolutionFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final InvalidRequestException fault;

    SolutionFault(InvalidRequestException fault) {
      super(fault);
      this.fault = fault;
    }
  }

  /** Both programs together, once. */
  private final class Meeting {
    private final TestCase test;
    private final LiveOutput live;
    private final Cancellation cancellation;
    private @Nullable InteractionResult result;

    Meeting(TestCase test, LiveOutput live, Cancellation cancellation) {
      this.test = test;
      this.live = live;
      this.cancellation = cancellation;
    }

    /** Each program says how it is to be run, and then both are. */
    InteractionResult hold() {
      try {
        interactor
            .program()
            .run(interactor.variant(test, isChecked()), LiveOutput.NONE, this::withInteractor);
      } catch (InvalidRequestException e) {
        throw new InteractorFault(e);
      } catch (SolutionFault e) {
        throw e.fault;
      }
      if (result == null) {
        throw new IllegalStateException("nobody ran anything");
      }
      return result;
    }

    private RunResult withInteractor(String policy, RunRequest request) {
      try {
        program.run(
            TestRun.variant(job, test, Content.NOTHING),
            live,
            (solutionPolicy, solution) -> both(policy, request, solutionPolicy, solution));
      } catch (InvalidRequestException e) {
        throw e.isIn(INTERACTOR) ? e.from(INTERACTOR) : new SolutionFault(e);
      }
      if (result == null) {
        throw new IllegalStateException("nobody ran anything");
      }
      return result.interactor();
    }

    private RunResult both(
        String interactorPolicy, RunRequest asking, String solutionPolicy, RunRequest answering) {
      try {
        InteractionResult both =
            sandboxes.runBoth(
                interactorPolicy,
                asking,
                solutionPolicy,
                answering,
                job.suite().keepOutput(),
                cancellation);
        result = both;
        return both.solution();
      } catch (InvalidRequestException e) {
        throw e.isIn(SOLUTION) ? e.from(SOLUTION) : e;
      }
    }
  }
}
