package dev.stockade.server.language;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Output;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.PolicyCatalog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks inside the sandbox for the toolchain of a language. A compiler is there when it has
 * compiled a small program, the way it will compile the jobs': it may lack a linker or a library.
 */
final class Finder {
  private final PolicyCatalog policies;
  private final ToolRunner runner;
  private final Cancellation cancellation;

  Finder(PolicyCatalog policies, ToolRunner runner, Cancellation cancellation) {
    this.policies = policies;
    this.runner = runner;
    this.cancellation = cancellation;
  }

  HostLanguage find(Recipe recipe) {
    Policy runPolicy = policy(recipe.id());
    @Nullable Policy compilePolicy =
        recipe instanceof CompiledRecipe compiled ? policy(compiled.compilePolicy()) : null;
    Search search = new Search(recipe, runPolicy, compilePolicy);
    @Nullable Tool tool = search.tool();
    return new HostLanguage(
        recipe, new HostLanguage.Under(runPolicy, compilePolicy), tool, search.reason());
  }

  private RunResult run(Policy policy, RunRequest request) {
    return runner.run(policy.name(), request, cancellation);
  }

  private Policy policy(String name) {
    return policies
        .find(name)
        .orElseThrow(() -> new IllegalArgumentException("the language policy is missing: " + name));
  }

  /** One language being looked for. */
  private final class Search {
    private final Recipe recipe;
    private final Policy runPolicy;
    private final @Nullable Policy compilePolicy;
    private final List<String> failures = new ArrayList<>();

    Search(Recipe recipe, Policy runPolicy, @Nullable Policy compilePolicy) {
      this.recipe = recipe;
      this.runPolicy = runPolicy;
      this.compilePolicy = compilePolicy;
    }

    @Nullable Tool tool() {
      for (String program : recipe.programs()) {
        try {
          Tool tool = tool(program);
          if (tool != null) {
            return tool;
          }
        } catch (SandboxException e) {
          failures.add(program + " could not be tried: " + e.getMessage());
        }
      }
      return null;
    }

    /** Why there is no tool. */
    String reason() {
      String programs = String.join(" or ", recipe.programs());
      return failures.isEmpty()
          ? programs
              + " is not in the sandbox, which shows no program below /home, /root or /opt"
              + fix()
          : String.join("; ", failures) + fix();
    }

    private String fix() {
      return ". Fix: sudo apt-get install "
          + recipe.packages()
          + " (or your distribution's packages of it)";
    }

    private @Nullable Tool tool(String program) {
      String version = version(program);
      if (version == null) {
        return null;
      }
      if (!(recipe instanceof CompiledRecipe compiled) || compilePolicy == null) {
        return new Tool(program, version, List.of());
      }
      compiled.take(new Tool(program, version, List.of()));
      String failure = "";
      for (List<String> dialect : compiled.dialects()) {
        Tool tool = new Tool(program, version, dialect);
        failure = trial(compiled, tool, compilePolicy);
        if (failure == null) {
          return tool;
        }
      }
      failures.add(program + " (" + version + ") cannot compile a small program: " + failure);
      return null;
    }

    private @Nullable String version(String program) {
      List<String> command = new ArrayList<>(List.of(program));
      command.addAll(recipe.versionArguments());
      Policy policy = compilePolicy == null ? runPolicy : compilePolicy;
      RunResult result;
      try {
        result = run(policy, RunRequest.command(command).build());
      } catch (InvalidRequestException notThere) {
        return null;
      }
      String line = firstLine(result);
      if (result.verdict() == Verdict.OK && !line.isEmpty()) {
        return line;
      }
      failures.add(String.join(" ", command) + " ended with " + result.verdict() + ": " + line);
      return null;
    }

    /** Why the tool cannot compile; {@code null} when it can. */
    private @Nullable String trial(CompiledRecipe compiled, Tool tool, Policy policy) {
      LanguageJob job =
          new LanguageJob(
              compiled.id(),
              null,
              compiled.trial().getBytes(StandardCharsets.UTF_8),
              List.of(),
              JobInput.NONE);
      Invocation invocation =
          compiled.compile(tool, compiled.sources(job), Grant.of(policy, policy.limits()));
      RunRequest request = Requests.compile(invocation, compiled.sources(job)).build();
      RunResult result = run(policy, request);
      boolean left = result.files().keySet().containsAll(invocation.outputs());
      return result.verdict() == Verdict.OK && left
          ? null
          : result.verdict() + ": " + firstLine(result);
    }

    private static String firstLine(RunResult result) {
      String line = firstLine(result.stdout());
      return line.isEmpty() ? firstLine(result.stderr()) : line;
    }

    private static String firstLine(Output output) {
      return new String(output.bytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .findFirst()
          .orElse("");
    }
  }
}
