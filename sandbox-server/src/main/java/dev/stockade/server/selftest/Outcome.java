package dev.stockade.server.selftest;

import dev.stockade.core.RunResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of an attack.
 *
 * @param reasons of HELD: none; of BROKEN: each thing that is not as written; of NOT_TESTABLE: what
 *     this host lacks
 * @param result of the run, where there was one
 */
public record Outcome(Status status, List<String> reasons, @Nullable RunResult result) {
  /** Whether the sandbox withstood. */
  public enum Status {
    HELD,
    BROKEN,
    NOT_TESTABLE
  }

  public Outcome {
    reasons = List.copyOf(reasons);
  }

  static Outcome of(List<String> faults, @Nullable RunResult result) {
    return new Outcome(faults.isEmpty() ? Status.HELD : Status.BROKEN, faults, result);
  }
}
