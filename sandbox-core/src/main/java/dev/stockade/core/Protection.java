package dev.stockade.core;

import dev.stockade.core.host.Finding;
import java.util.List;

/**
 * One thing that protects the host, or other runs, from a run.
 *
 * @param text what it is, as a sentence
 * @param promise what it is for
 * @param lacking what this host does not give, or only in part, of what it is made with
 * @param steps the steps of the plans that make it, each as {@code PLAN INDEX: TEXT}; empty when it
 *     is made by the server itself or by a cgroup
 */
public record Protection(String text, Promise promise, List<Finding> lacking, List<String> steps) {
  public Protection {
    lacking = List.copyOf(lacking);
    steps = List.copyOf(steps);
  }

  /** Whether a host holds it. */
  public enum Standing {
    /** Wholly. */
    HOLDS,
    /** In part, or by a weaker way. */
    PARTLY,
    /** Not at all. */
    LACKING
  }

  /** Whether this host holds it. */
  public Standing standing() {
    if (lacking.stream().anyMatch(finding -> finding.status() == Finding.Status.MISSING)) {
      return Standing.LACKING;
    }
    return lacking.isEmpty() ? Standing.HOLDS : Standing.PARTLY;
  }
}
