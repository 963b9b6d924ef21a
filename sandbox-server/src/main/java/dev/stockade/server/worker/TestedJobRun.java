package dev.stockade.server.worker;

import dev.stockade.core.Content;
import dev.stockade.core.RunResult;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.Judgement;
import dev.stockade.server.job.OutputJudge;
import dev.stockade.server.job.TestSuite;
import dev.stockade.server.job.TestedJob;
import dev.stockade.server.judge.CheckResult;
import dev.stockade.server.judge.Checker;
import dev.stockade.server.judge.JudgeVerdict;
import dev.stockade.server.judge.Scoring;
import dev.stockade.server.judge.TestCase;
import dev.stockade.server.judge.TestGroup;
import dev.stockade.server.judge.TestResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One job with tests on its way: compiles the program, then the checker, then runs the tests. */
final class TestedJobRun {
  private final TestedJob job;
  private final TestSuite suite;
  private final Builder builder;
  private final JobContext context;

  TestedJobRun(TestedJob job, Builder builder, JobContext context) {
    this.job = job;
    this.suite = job.suite();
    this.builder = builder;
    this.context = context;
  }

  FinishedJob run() {
    Builder.Built built = builder.build(job.program(), JobEvent.Part.PROGRAM, context);
    ReadyProgram program = built.program();
    if (program == null) {
      return new FinishedJob(
          built.compile(), built.cached(), null, notRun(JudgeVerdict.COMPILE_ERROR, null));
    }
    if (suite.judge() instanceof OutputJudge.Program checker) {
      return new FinishedJob(built.compile(), built.cached(), null, withProgram(checker, program));
    }
    OutputJudge.BuiltIn rule = (OutputJudge.BuiltIn) suite.judge();
    TestOutputCheck check =
        (test, output, cancellation) -> check(rule.checker(), output, test.expected());
    return new FinishedJob(built.compile(), built.cached(), null, judged(program, check, null));
  }

  private static CheckResult check(Checker checker, byte[] output, Content expected) {
    if (expected instanceof Content.InMemory inMemory) {
      return checker.check(output, inMemory.bytes());
    }
    try (InputStream file = Files.newInputStream(((Content.InFile) expected).path())) {
      return checker.check(output, file);
    } catch (IOException e) {
      throw new SandboxException("a stored file cannot be read: " + e, e);
    }
  }

  private Judgement withProgram(OutputJudge.Program checker, ReadyProgram program) {
    Builder.Built built;
    try {
      built = builder.build(checker.program(), JobEvent.Part.CHECKER, context);
    } catch (InvalidRequestException e) {
      throw new InvalidRequestException("checker." + e.field(), e.getMessage());
    }
    ReadyProgram ready = built.program();
    return ready == null
        ? notRun(JudgeVerdict.CHECKER_ERROR, built.compile())
        : judged(program, new CheckerProgram(checker.program(), ready), built.compile());
  }

  private Judgement judged(
      ReadyProgram program, TestOutputCheck check, @Nullable RunResult checkerCompile) {
    List<TestResult> results = new TestsRun(job, new TestRun(job, program, check), context).run();
    return judgement(suite.scoring().total(results), results, checkerCompile);
  }

  /** All tests are skipped, for a reason that is the job's verdict. */
  private Judgement notRun(JudgeVerdict verdict, @Nullable RunResult checkerCompile) {
    List<TestResult> results =
        Collections.nCopies(suite.scoring().tests().size(), TestResult.SKIPPED);
    Scoring.Total nothing = suite.scoring().total(results);
    Scoring.Total total =
        new Scoring.Total(verdict, nothing.score(), nothing.maxScore(), nothing.groups());
    return judgement(total, results, checkerCompile);
  }

  private Judgement judgement(
      Scoring.Total total, List<TestResult> results, @Nullable RunResult checkerCompile) {
    List<TestGroup> groups = suite.scoring().groups();
    List<Judgement.Test> tests = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      TestCase test = suite.scoring().tests().get(i);
      String group = test.group() == TestCase.NO_GROUP ? null : groups.get(test.group()).name();
      tests.add(new Judgement.Test(test.name(), group, test.weight(), results.get(i)));
    }
    return new Judgement(
        total,
        checkerCompile,
        tests,
        groups.stream().map(group -> new Judgement.Group(group.name(), group.weight())).toList());
  }
}
