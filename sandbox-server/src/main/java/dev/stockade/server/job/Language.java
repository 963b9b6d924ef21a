package dev.stockade.server.job;

import dev.stockade.core.RunRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A programming language: pure data and pure functions from a job to what is to be run for it.
 *
 * <p>The worker runs {@link #compile} (if any) in a sandbox of its own and, when the verdict is
 * {@code OK}, {@link #run} in another. Nothing here runs anything or blocks.
 */
public interface Language {
  /** What clients write, for example {@code "cpp"}. */
  String id();

  /** What people read, for example {@code "C++"}. */
  String name();

  /** File name endings with their dot, the usual one first, for example {@code ".cpp"}. */
  List<String> extensions();

  Availability availability();

  /** Name of the policy under which programs run. */
  String policy();

  /** Name of the policy under which sources are compiled; empty for an interpreter. */
  Optional<String> compilePolicy();

  /**
   * What the compiler is, as exactly as can be told: a text that is another one as soon as the same
   * source may be compiled to something else.
   */
  default String compilerIdentity() {
    return id() + " " + availability();
  }

  /**
   * How the source is compiled; empty for an interpreter. The step's output files are what {@link
   * #run} needs. Only for an available language.
   *
   * @throws dev.stockade.core.fault.InvalidRequestException when the job cannot be of this language
   *     ({@code source}, {@code files[…]})
   */
  Optional<Step> compile(LanguageJob job);

  /**
   * How the program is run. Only for an available language.
   *
   * @param compiled output files of the compilation by name; empty for an interpreter
   * @throws dev.stockade.core.fault.InvalidRequestException when the job cannot be of this language
   */
  Step run(LanguageJob job, Map<String, byte[]> compiled);

  /**
   * One run in a sandbox.
   *
   * @param policy name of the policy
   */
  record Step(String policy, RunRequest request) {}

  /** Whether this host has the toolchain. */
  sealed interface Availability permits Available, Unavailable {}

  /**
   * The toolchain was found inside the sandbox's root.
   *
   * @param version as the toolchain says it
   */
  record Available(String version) implements Availability {}

  /**
   * The toolchain cannot be used here.
   *
   * @param reason why, as a sentence that names what to install
   */
  record Unavailable(String reason) implements Availability {}
}
