package dev.stockade.core.policy;

import dev.stockade.core.yaml.Quote;
import dev.stockade.core.yaml.Suggestion;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds, reads and writes policies.
 *
 * <p>A policy file is YAML; {@code policies/README.md} describes every key. A policy that comes out
 * of here is complete and free of contradictions, and whatever is wrong with a file is a {@link
 * PolicyException} that says where.
 */
public final class Policies {
  /** The policies in the top-level folder {@code policies/}, which are shipped in the library. */
  private static final List<String> NAMES =
      List.of(
          "default",
          "strict",
          "bash",
          "c",
          "c-compile",
          "cpp",
          "cpp-compile",
          "go",
          "go-compile",
          "java",
          "java-compile",
          "javascript",
          "python",
          "rust",
          "rust-compile");

  private static final Loader LOADER = new Loader(Checks.ALL);

  private Policies() {}

  /**
   * Reads a policy file called {@code NAME.yaml}. What it extends is looked for beside it, then
   * among the shipped policies.
   */
  public static Policy load(Path file) {
    return LOADER.load(PolicySource.ofFile(file));
  }

  /** Reads a shipped policy. */
  public static Policy named(String name) {
    return LOADER.load(
        PolicySource.shipped(name)
            .orElseThrow(
                () ->
                    new PolicyException(
                        "policy " + Quote.of(name),
                        "no shipped policy has this name" + instead(name))));
  }

  private static String instead(String name) {
    String suggestion = Suggestion.of(name, NAMES);
    return suggestion.isEmpty() ? "; there are " + String.join(", ", NAMES) : suggestion;
  }

  /** The names of the shipped policies. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * A policy as a policy file that extends nothing. Saved as {@code NAME.yaml} and loaded, it gives
   * an equal policy.
   */
  public static String render(Policy policy) {
    return PolicyWriter.write(policy);
  }
}
