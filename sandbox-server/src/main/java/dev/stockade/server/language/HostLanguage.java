package dev.stockade.server.language;

import dev.stockade.core.Cancellation;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A recipe, the policies that it is cooked under, and the toolchain of this host, if any. */
final class HostLanguage implements Language {
  /**
   * The policies of a language.
   *
   * @param compile {@code null} for an interpreter
   */
  record Under(Policy run, @Nullable Policy compile) {}

  private final Recipe recipe;
  private final Under policies;
  private final @Nullable Tool tool;
  private final Availability availability;

  /**
   * @param whyNot why there is no tool
   */
  HostLanguage(Recipe recipe, Under policies, @Nullable Tool tool, String whyNot) {
    this.recipe = recipe;
    this.policies = policies;
    this.tool = tool;
    this.availability = tool == null ? new Unavailable(whyNot) : new Available(tool.version());
  }

  @Override
  public String id() {
    return recipe.id();
  }

  @Override
  public String name() {
    return recipe.name();
  }

  @Override
  public List<String> extensions() {
    return recipe.extensions();
  }

  @Override
  public Availability availability() {
    return availability;
  }

  @Override
  public String policy() {
    return policies.run().name();
  }

  @Override
  public Optional<String> compilePolicy() {
    return Optional.ofNullable(policies.compile()).map(Policy::name);
  }

  @Override
  public String compilerIdentity() {
    Policy policy = policies.compile();
    return policy == null
        ? Language.super.compilerIdentity()
        : CompilerIdentity.of(tool(), policy) + "\n" + Policies.render(policy);
  }

  @Override
  public Optional<Step> compile(LanguageJob job) {
    Tool found = tool();
    Policy policy = policies.compile();
    if (policy == null || !(recipe instanceof CompiledRecipe compiled)) {
      return Optional.empty();
    }
    Sources sources = compiled.sources(job);
    Invocation invocation = compiled.compile(found, sources, Grant.of(policy, policy.limits()));
    return Optional.of(new Step(policy.name(), Requests.compile(invocation, sources).build()));
  }

  @Override
  public Step run(LanguageJob job, Map<String, byte[]> compiled) {
    Tool found = tool();
    Policy policy = policies.run();
    Limits limits = policy.limits().with(job.input().limits());
    Sources sources = recipe.sources(job);
    Invocation invocation = recipe.run(found, sources, Grant.of(policy, limits));
    Map<String, InputFile> files = new LinkedHashMap<>(sources.files());
    if (recipe instanceof CompiledRecipe) {
      files = new LinkedHashMap<>(sources.others());
      addProgram(files, compiled);
    }
    RunRequest request = Requests.run(invocation, files, job).build();
    return new Step(policy.name(), request);
  }

  /** Makes what lets jobs compile faster; nothing to do for most languages. */
  void prepare(ToolRunner runner, Cancellation cancellation) {
    Policy policy = policies.compile();
    if (tool != null && policy != null && recipe instanceof CompiledRecipe compiled) {
      compiled.prepare(tool, new Preparing(runner, policy, cancellation));
    }
  }

  private static void addProgram(Map<String, InputFile> files, Map<String, byte[]> compiled) {
    if (compiled.isEmpty()) {
      throw new InvalidRequestException(
          "source", "the compiler was content but left no program that fits into the workspace");
    }
    compiled.forEach((name, content) -> files.put(name, new InputFile(content, true)));
  }

  private Tool tool() {
    if (tool == null) {
      throw new IllegalStateException(id() + " is not available: " + availability);
    }
    return tool;
  }
}
