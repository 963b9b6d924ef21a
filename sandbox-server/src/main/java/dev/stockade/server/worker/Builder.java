package dev.stockade.server.worker;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.Languages;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes programs out of jobs: compiles what has to be compiled. Thread-safe. */
final class Builder {
  /**
   * What came of it.
   *
   * @param compile the compiler's run; {@code null} where nothing was compiled
   * @param cached whether it is that of an earlier job with the same source
   * @param program {@code null} when the compiler's verdict was not {@code OK}
   */
  record Built(@Nullable RunResult compile, boolean cached, @Nullable BuiltProgram program) {}

  private final Sandboxes sandboxes;
  private final Languages languages;
  private final CompileCache cache;

  Builder(Sandboxes sandboxes, Languages languages, CompileCache cache) {
    this.sandboxes = sandboxes;
    this.languages = languages;
    this.cache = cache;
  }

  /**
   * Makes a program of a command or of a source.
   *
   * @param part what those who watch are told that it is
   */
  Built build(JobRequest job, JobEvent.Part part, JobContext context) {
    if (job instanceof LanguageJob source) {
      return build(source, part, context);
    }
    return new Built(null, false, this::runCommand);
  }

  private RunResult runCommand(JobRequest variant, LiveOutput live, BuiltProgram.Way way) {
    CommandJob job = (CommandJob) variant;
    return live.during(requestOf(job), request -> way.run(job.policy(), request));
  }

  private static RunRequest requestOf(CommandJob job) {
    JobInput input = job.input();
    RunRequest.Builder request =
        RunRequest.commandBytes(job.command()).stdin(input.stdin()).limits(input.limits());
    input.files().forEach(request::file);
    input.outputFiles().forEach(request::outputFile);
    return request.build();
  }

  private Built build(LanguageJob job, JobEvent.Part part, JobContext context) {
    Language language =
        languages
            .find(job.language())
            .orElseThrow(() -> new IllegalStateException("no language " + job.language()));
    Optional<Language.Step> compilation = language.compile(job);
    if (compilation.isEmpty()) {
      return new Built(
          null,
          false,
          (variant, live, way) ->
              runTool(language, language.run((LanguageJob) variant, Map.of()), live, way));
    }
    Language.Step step = compilation.get();
    CompileKey key = CompileKey.of(language.compilerIdentity(), step);
    context.events().add(new JobEvent.Compiling(part));
    CompileCache.Compiled compiled =
        context
            .cancellation()
            .during(
                own ->
                    cache.get(
                        key,
                        own,
                        shared ->
                            runTool(
                                language,
                                step,
                                LiveOutput.NONE,
                                (policy, request) -> sandboxes.run(policy, request, shared))));
    RunResult report = withoutFiles(compiled.result());
    context.events().add(new JobEvent.Compiled(part, report.verdict(), compiled.cached()));
    if (compiled.result().verdict() != Verdict.OK) {
      return new Built(report, compiled.cached(), null);
    }
    Map<String, byte[]> files = compiled.result().files();
    return new Built(
        report,
        compiled.cached(),
        (variant, live, way) -> runCompiled(language.run((LanguageJob) variant, files), live, way));
  }

  /** Starts the toolchain: a compiler, or an interpreter with the program. */
  private RunResult runTool(
      Language language, Language.Step step, LiveOutput live, BuiltProgram.Way way) {
    try {
      return run(step, live, way);
    } catch (InvalidRequestException e) {
      throw isAboutCommand(e) ? toolchainFault(language, e) : e;
    }
  }

  private RunResult runCompiled(Language.Step step, LiveOutput live, BuiltProgram.Way way) {
    try {
      return run(step, live, way);
    } catch (InvalidRequestException e) {
      throw isAboutCommand(e)
          ? new InvalidRequestException(
              "source", "what was compiled cannot be started: " + e.getMessage())
          : e;
    }
  }

  private static RunResult run(Language.Step step, LiveOutput live, BuiltProgram.Way way) {
    return live.during(step.request(), request -> way.run(step.policy(), request));
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
