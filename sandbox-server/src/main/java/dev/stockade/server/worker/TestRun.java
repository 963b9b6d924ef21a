package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Content;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.TestedJob;
import dev.stockade.server.judge.CheckResult;
import dev.stockade.server.judge.TestCase;
import dev.stockade.server.judge.TestResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A test in which the program reads its input and a checker reads its output.
 *
 * @param program the job's, ready
 */
record TestRun(TestedJob job, ReadyProgram program, TestOutputCheck check)
    implements TestExecution {
  @Override
  public TestResult run(TestCase test, LiveOutput live, Cancellation cancellation) {
    RunResult result = program.run(variant(job, test, test.stdin()), live, cancellation);
    RunResult kept = keepFirst(result, job.suite().keepOutput().bytes());
    if (result.verdict() != Verdict.OK) {
      return TestResult.notChecked(kept);
    }
    if (result.stdout().truncated()) {
      throw new SandboxException(
          "a run within its output limit has "
              + result.stdout().bytes().length
              + " of "
              + result.stdout().totalBytes()
              + " bytes of output");
    }
    CheckResult said = check.check(test, result.stdout().bytes(), cancellation);
    return TestResult.checked(said, test.weight(), kept);
  }

  /** The job's program as a test runs it. */
  static JobRequest variant(TestedJob job, TestCase test, Content stdin) {
    JobInput input = job.input();
    JobInput own =
        new JobInput(stdin, input.files(), List.of(), over(input.limits(), test.limits()));
    if (job.program() instanceof LanguageJob source) {
      return new LanguageJob(
          source.language(),
          source.sourceName(),
          source.source(),
          append(source.args(), test.args()),
          own);
    }
    CommandJob command = (CommandJob) job.program();
    return new CommandJob(append(command.command(), test.args()), command.policy(), own);
  }

  private static List<byte[]> append(List<byte[]> first, List<byte[]> more) {
    List<byte[]> all = new ArrayList<>(first);
    all.addAll(more);
    return all;
  }

  private static LimitOverrides over(LimitOverrides job, LimitOverrides test) {
    return new LimitOverrides(
        either(test.cpuTime(), job.cpuTime()),
        either(test.wallTime(), job.wallTime()),
        either(test.memory(), job.memory()),
        either(test.pids(), job.pids()),
        either(test.output(), job.output()),
        either(test.cpus(), job.cpus()));
  }

  private static <T> @Nullable T either(@Nullable T first, @Nullable T second) {
    return first == null ? second : first;
  }

  /** The result with the first bytes of both streams, and without files. */
  static RunResult keepFirst(RunResult result, long bytes) {
    return new RunResult(
        result.verdict(),
        result.exitCode(),
        result.signal(),
        keepFirst(result.stdout(), bytes),
        keepFirst(result.stderr(), bytes),
        result.usage(),
        result.evidence(),
        result.degraded(),
        Map.of(),
        Map.of());
  }

  private static Output keepFirst(Output output, long bytes) {
    byte[] all = output.bytes();
    return all.length <= bytes
        ? output
        : new Output(Arrays.copyOf(all, (int) bytes), output.totalBytes());
  }
}
