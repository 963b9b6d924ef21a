package dev.stockade.server.worker;

import dev.stockade.core.Content;
import dev.stockade.core.RunResult;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.Judgement;
import dev.stockade.server.job.LanguageJob;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One job with tests on its way: compiles the program, then the interactor, then the checker, then
 * runs the tests.
 */
final class TestedJobRun {
  private final TestedJob job;
  private final TestSuite suite;
  private final Builder builder;
  private final Sandboxes sandboxes;
  private final JobContext context;
  private @Nullable RunResult interactorCompile;
  private @Nullable RunResult checkerCompile;

  TestedJobRun(TestedJob job, Builder builder, Sandboxes sandboxes, JobContext context) {
    this.job = job;
    this.suite = job.suite();
    this.builder = builder;
    this.sandboxes = sandboxes;
    this.context = context;
  }

  FinishedJob run() {
    Builder.Built built = builder.build(job.program(), JobEvent.Part.PROGRAM, context);
    BuiltProgram program = built.program();
    Judgement judgement =
        program == null ? notRun(JudgeVerdict.COMPILE_ERROR) : withInteractor(program);
    return FinishedJob.judged(built.compile(), built.cached(), judgement);
  }

  private Judgement withInteractor(BuiltProgram program) {
    LanguageJob source = suite.interactor();
    if (source == null) {
      return withChecker(check -> new TestRun(job, program.in(sandboxes), check));
    }
    Builder.Built built = buildPart(source, JobEvent.Part.INTERACTOR, "interactor");
    interactorCompile = built.compile();
    BuiltProgram ready = built.program();
    if (ready == null) {
      return notRun(JudgeVerdict.CHECKER_ERROR);
    }
    InteractorProgram interactor = new InteractorProgram(source, ready);
    return withChecker(check -> new InteractiveTestRun(job, program, interactor, check, sandboxes));
  }

  /**
   * @param tests how a test is run; is given what checks outputs
   */
  private Judgement withChecker(Function<TestOutputCheck, TestExecution> tests) {
    if (suite.judge() instanceof OutputJudge.BuiltIn rule) {
      return judged(
          tests.apply(
              (test, output, cancellation) -> check(rule.checker(), output, test.expected())));
    }
    LanguageJob source = ((OutputJudge.Program) suite.judge()).program();
    Builder.Built built = buildPart(source, JobEvent.Part.CHECKER, "checker");
    checkerCompile = built.compile();
    BuiltProgram ready = built.program();
    return ready == null
        ? notRun(JudgeVerdict.CHECKER_ERROR)
        : judged(tests.apply(new CheckerProgram(source, ready.in(sandboxes))));
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

  private Builder.Built buildPart(LanguageJob source, JobEvent.Part part, String field) {
    try {
      return builder.build(source, part, context);
    } catch (InvalidRequestException e) {
      throw e.in(field);
    }
  }

  private Judgement judged(TestExecution execution) {
    List<TestResult> results = new TestsRun(job, execution, context).run();
    return judgement(suite.scoring().total(results), results);
  }

  /** All tests are skipped, for a reason that is the job's verdict. */
  private Judgement notRun(JudgeVerdict verdict) {
    List<TestResult> results =
        Collections.nCopies(suite.scoring().tests().size(), TestResult.SKIPPED);
    Scoring.Total nothing = suite.scoring().total(results);
    Scoring.Total total =
        new Scoring.Total(verdict, nothing.score(), nothing.maxScore(), nothing.groups());
    return judgement(total, results);
  }

  private Judgement judgement(Scoring.Total total, List<TestResult> results) {
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
        interactorCompile,
        tests,
        groups.stream().map(group -> new Judgement.Group(group.name(), group.weight())).toList());
  }
}
