package dev.stockade.fuzz.calls;

import dev.stockade.core.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of calls, made one after the other whatever they return. Its text is a corpus file.
 *
 * @param calls in order
 * @param verdict the only one that is right, or {@code null}
 */
record Case(List<Call> calls, @Nullable Verdict verdict) {
  /** So many results fit {@link Region#RESULTS}. */
  static final int MOST_CALLS = Region.RESULTS.length() / Long.BYTES;

  Case {
    calls = List.copyOf(calls);
    if (calls.size() > MOST_CALLS) {
      throw new IllegalArgumentException("a case has at most " + MOST_CALLS + " calls");
    }
  }

  /** Calls that a program survives, then some that it may not. */
  static Case of(List<Call> body, List<Call> tail) {
    List<Call> all = new ArrayList<>(body);
    all.addAll(tail);
    return new Case(all, null);
  }

  @Override
  public String toString() {
    return CaseText.render(this);
  }
}
