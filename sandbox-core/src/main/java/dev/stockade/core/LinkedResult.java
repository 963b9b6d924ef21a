package dev.stockade.core;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of programs that were linked.
 *
 * @param programs in their order
 */
public record LinkedResult(List<Program> programs) {
  public LinkedResult {
    programs = List.copyOf(programs);
  }

  /**
   * What became of one.
   *
   * @param result {@code null} when it was not started
   * @param dismissed whether it was a service that was killed because nobody needed it any more;
   *     that does not count against it
   * @param notStarted why it was not started, for people; {@code null} when it was
   */
  public record Program(
      String name,
      boolean isService,
      @Nullable RunResult result,
      boolean dismissed,
      @Nullable String notStarted) {}

  /**
   * The first verdict that is not {@link Verdict#OK}: of programs that are no service, in their
   * order; then of services that were not dismissed. Else {@code OK}; empty when a program that is
   * no service was not started and nobody has a bad verdict.
   */
  public Optional<Verdict> verdict() {
    return bad(false)
        .or(() -> bad(true))
        .or(
            () ->
                programs.stream().anyMatch(one -> !one.isService && one.result == null)
                    ? Optional.empty()
                    : Optional.of(Verdict.OK));
  }

  private Optional<Verdict> bad(boolean ofServices) {
    return programs.stream()
        .filter(one -> one.isService == ofServices && !one.dismissed)
        .flatMap(one -> Optional.ofNullable(one.result).stream())
        .map(RunResult::verdict)
        .filter(verdict -> verdict != Verdict.OK)
        .findFirst();
  }
}
