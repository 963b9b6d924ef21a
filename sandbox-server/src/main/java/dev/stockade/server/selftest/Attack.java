package dev.stockade.server.selftest;

import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.yaml.Place;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One hostile program, how it is run, and exactly what must come of it.
 *
 * @param place where it was written
 * @param name what it tries, in a few words; no other attack has it
 * @param lesson what went wrong elsewhere
 * @param promise what does not hold when it succeeds
 * @param technique the public name of the technique, with year or CVE; {@code null}: ours, or
 *     common
 * @param policy of the run: a shipped one or one that the suite knows
 * @param terminal whether the program has a terminal, at which somebody looks without typing
 * @param files of mode 0644 in the workspace, with placeholders
 * @param executables files of mode 0755
 * @param canaries what it is after on the host
 */
public record Attack(
    Place place,
    String name,
    Lesson lesson,
    Promise promise,
    @Nullable String technique,
    String policy,
    boolean terminal,
    AttackProgram program,
    LimitOverrides limits,
    String stdin,
    Map<String, String> files,
    Map<String, String> executables,
    Map<String, String> environment,
    List<String> outputFiles,
    Wanted wanted,
    Set<CanaryKind> canaries) {

  @Override
  public String toString() {
    return lesson + ": " + name;
  }
}
