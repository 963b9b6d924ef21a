package dev.stockade.server.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Content;
import dev.stockade.core.Output;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.testing.Needs;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.PolicyCatalog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** Real sandboxes, one for each policy, and the languages found in them. */
final class Workshop implements AutoCloseable, ToolRunner {
  private static final int SLOTS = 2;

  /**
   * In the guest, whose one processor counts what other guests take of it as its own, a program has
   * all the time that its policy allows to ask for: {@code -Dstockade.slow=true}.
   */
  static final boolean SLOW = Boolean.getBoolean("stockade.slow");

  private final UnaryOperator<Limits> compileLimits;
  private final PolicyCatalog policies;
  private final Map<String, Sandbox> sandboxes = new ConcurrentHashMap<>();
  private final Map<String, Language> languages = new ConcurrentHashMap<>();

  /** The shipped policies as they are. */
  Workshop() {
    this(limits -> limits);
  }

  /** The shipped policies, those for compilers with other limits. */
  Workshop(UnaryOperator<Limits> compileLimits) {
    this.compileLimits = compileLimits;
    List<Policy> all = new ArrayList<>();
    PolicyCatalog.shipped().all().forEach(policy -> all.add(changed(policy)));
    this.policies = () -> all;
  }

  private Policy changed(Policy p) {
    Limits limits = SLOW ? patient(p) : p.limits();
    return withLimits(p, p.name().endsWith("-compile") ? compileLimits.apply(limits) : limits);
  }

  private static Limits patient(Policy p) {
    return new Limits(
        p.ceilings().cpuTime(),
        p.ceilings().wallTime(),
        p.limits().memory(),
        p.limits().pids(),
        p.limits().output(),
        p.limits().cpus());
  }

  private static Policy withLimits(Policy p, Limits limits) {
    return new Policy(
        p.name(),
        p.description(),
        p.hostname(),
        p.uid(),
        p.gid(),
        p.binds(),
        p.workspace(),
        p.tmpfs(),
        p.environment(),
        p.umask(),
        p.network(),
        limits,
        p.ceilings(),
        p.rlimits(),
        p.seccomp(),
        p.degraded());
  }

  PolicyCatalog policies() {
    return policies;
  }

  /** Skips, with the reason, where the sandbox or the language's toolchain is not to be had. */
  Language language(String id) {
    Language language = languages.computeIfAbsent(id, this::look);
    Needs.feature(
        id,
        language.availability() instanceof Language.Unavailable unavailable
            ? Optional.of(unavailable.reason())
            : Optional.empty());
    return language;
  }

  private Language look(String id) {
    SandboxNeeds.defaultPolicy();
    return HostLanguages.find(id, policies, this).orElseThrow();
  }

  @Override
  public RunResult run(String policy, RunRequest request, Cancellation cancellation) {
    return sandboxes.computeIfAbsent(policy, this::open).run(request, cancellation);
  }

  private Sandbox open(String policy) {
    return Sandbox.open(policies.find(policy).orElseThrow(), new SandboxOptions(SLOTS, 1));
  }

  /** Compiles, if the language does, and runs when that went well. */
  FinishedJob finish(LanguageJob job) {
    Language language = language(job.language());
    Optional<Language.Step> compile = language.compile(job);
    if (compile.isEmpty()) {
      return FinishedJob.ran(run(language.run(job, Map.of())));
    }
    RunResult compiled = run(compile.get());
    return compiled.verdict() == Verdict.OK
        ? new FinishedJob(compiled, false, run(language.run(job, compiled.files())))
        : FinishedJob.notCompiled(compiled, false);
  }

  private RunResult run(Language.Step step) {
    return run(step.policy(), step.request(), new Cancellation());
  }

  /** What the program did; a failure of the test when it was not compiled. */
  RunResult result(LanguageJob job) {
    FinishedJob finished = finish(job);
    RunResult result = finished.result();
    if (result == null) {
      throw new AssertionFailedError("not compiled: " + shown(finished.compile()));
    }
    return result;
  }

  /** The standard output of a program that has to end well. */
  String output(LanguageJob job) {
    RunResult result = result(job);
    assertEquals(Verdict.OK, result.verdict(), () -> shown(result));
    return text(result.stdout());
  }

  static String text(Output output) {
    return new String(output.bytes(), StandardCharsets.UTF_8);
  }

  static String shown(@Nullable RunResult r) {
    return r == null
        ? "nothing"
        : String.format(
            Locale.ROOT,
            "%s, exit %s, signal %s, %s, %s%n--- stdout%n%s%n--- stderr%n%s",
            r.verdict(),
            r.exitCode(),
            r.signal(),
            r.usage(),
            r.evidence(),
            text(r.stdout()),
            text(r.stderr()));
  }

  /** A job in the making. */
  record Draft(
      String language,
      @Nullable String name,
      String source,
      Map<String, InputFile> files,
      String stdin,
      List<String> args,
      LimitOverrides limits) {
    Draft named(String other) {
      return new Draft(language, other, source, files, stdin, args, limits);
    }

    Draft with(String file, String content) {
      Map<String, InputFile> more = new LinkedHashMap<>(files);
      more.put(file, new InputFile(content.getBytes(StandardCharsets.UTF_8), false));
      return new Draft(language, name, source, more, stdin, args, limits);
    }

    Draft stdin(String other) {
      return new Draft(language, name, source, files, other, args, limits);
    }

    Draft args(String... others) {
      return new Draft(language, name, source, files, stdin, List.of(others), limits);
    }

    Draft limits(LimitOverrides others) {
      return new Draft(language, name, source, files, stdin, args, others);
    }

    LanguageJob job() {
      return new LanguageJob(
          language,
          name,
          source.getBytes(StandardCharsets.UTF_8),
          args.stream().map(arg -> arg.getBytes(StandardCharsets.UTF_8)).toList(),
          new JobInput(
              Content.of(stdin.getBytes(StandardCharsets.UTF_8)), files, List.of(), limits));
    }
  }

  static Draft draft(String language, String source) {
    return new Draft(language, null, source, Map.of(), "", List.of(), LimitOverrides.NONE);
  }

  @Override
  public void close() {
    sandboxes.values().forEach(Sandbox::close);
  }
}
