package dev.stockade.fuzz.mutation;

import dev.stockade.core.run.Alteration;
import java.util.List;

/**
 * A sandbox without one of its protections.
 *
 * @param name stable and readable, for example {@code init: without umask(022)}
 * @param part what it is taken from
 * @param policy name of the policy for {@link Samples} whose sandbox it is
 * @param alteration how it is taken away
 * @param calls for a mutant of the filter: calls that the filter without it answers otherwise, each
 *     with its number and six arguments; else empty
 */
record Mutant(String name, Part part, String policy, Alteration alteration, List<long[]> calls) {
  /** What a mutant is taken from. */
  enum Part {
    ZYGOTE,
    INIT,
    PROGRAM,
    FILES,
    FILTER,
    CGROUP
  }

  Mutant {
    calls = List.copyOf(calls);
  }

  static Mutant of(String name, Part part, String policy, Alteration alteration) {
    return new Mutant(name, part, policy, alteration, List.of());
  }

  @Override
  public String toString() {
    return name;
  }
}
