package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.Languages;
import java.util.Map;
import java.util.Optional;

/** Runs jobs in real sandboxes, one for each step of a job. */
public final class SandboxJobRunner implements JobRunner {
  private final Sandboxes sandboxes;
  private final Languages languages;
  private final CompileCache cache;

  public SandboxJobRunner(Sandboxes sandboxes, Languages languages, CompileCache cache) {
    this.sandboxes = sandboxes;
    this.languages = languages;
    this.cache = cache;
  }

  @Override
  public FinishedJob run(JobRequest request, Cancellation cancellation) {
    if (request instanceof LanguageJob job) {
      return run(job, cancellation);
    }
    CommandJob job = (CommandJob) request;
    return FinishedJob.ran(sandboxes.run(job.policy(), requestOf(job), cancellation));
  }

  private static RunRequest requestOf(CommandJob job) {
    JobInput input = job.input();
    RunRequest.Builder request =
        RunRequest.commandBytes(job.command()).stdin(input.stdin()).limits(input.limits());
    input
        .files()
        .forEach(
            (name, file) -> {
              if (file.executable()) {
                request.executable(name, file.content());
              } else {
                request.file(name, file.content());
              }
            });
    input.outputFiles().forEach(request::outputFile);
    return request.build();
  }

  private FinishedJob run(LanguageJob job, Cancellation cancellation) {
    Language language =
        languages
            .find(job.language())
            .orElseThrow(() -> new IllegalStateException("no language " + job.language()));
    Optional<Language.Step> compilation = language.compile(job);
    if (compilation.isEmpty()) {
      return FinishedJob.ran(runTool(language, language.run(job, Map.of()), cancellation));
    }
    Language.Step step = compilation.get();
    CompileCache.Compiled compiled =
        cache.get(
            CompileKey.of(language.compilerIdentity(), step),
            cancellation,
            shared -> runTool(language, step, shared));
    RunResult report = withoutFiles(compiled.result());
    if (compiled.result().verdict() != Verdict.OK) {
      return FinishedJob.notCompiled(report, compiled.cached());
    }
    RunResult ran = runCompiled(language, job, compiled.result().files(), cancellation);
    return new FinishedJob(report, compiled.cached(), ran);
  }

  /** Starts the toolchain: a compiler, or an interpreter with the program. */
  private RunResult runTool(Language language, Language.Step step, Cancellation cancellation) {
    try {
      return sandboxes.run(step.policy(), step.request(), cancellation);
    } catch (InvalidRequestException e) {
      throw isAboutCommand(e) ? toolchainFault(language, e) : e;
    }
  }

  private RunResult runCompiled(
      Language language, LanguageJob job, Map<String, byte[]> files, Cancellation cancellation) {
    Language.Step step = language.run(job, files);
    try {
      return sandboxes.run(step.policy(), step.request(), cancellation);
    } catch (InvalidRequestException e) {
      throw isAboutCommand(e)
          ? new InvalidRequestException(
              "source", "what was compiled cannot be started: " + e.getMessage())
          : e;
    }
  }

  /** Whether the step's program is at fault, of which the client knows nothing. */
  private static boolean isAboutCommand(InvalidRequestException e) {
    return e.field().startsWith("command");
  }

  private static SandboxException toolchainFault(Language language, InvalidRequestException e) {
    return new SandboxException(
        "the toolchain of " + language.name() + " cannot be started: " + e.getMessage(), e);
  }

  /** A compiler's result without what it made: that is for the next step, not for the client. */
  private static RunResult withoutFiles(RunResult result) {
    return new RunResult(
        result.verdict(),
        result.exitCode(),
        result.signal(),
        result.stdout(),
        result.stderr(),
        result.usage(),
        result.evidence(),
        result.degraded(),
        Map.of(),
        Map.of());
  }
}
