package dev.stockade.client;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a job's tests. Points are decimals, added up exactly.
 *
 * @param checkerCompile the run of the checker's compiler; {@code null} when nothing was compiled
 * @param interactorCompile that of the interactor's; {@code null} when nothing was compiled
 * @param tests all of them, in the order of the request
 */
public record Judgement(
    BigDecimal score,
    BigDecimal maxScore,
    @Nullable Result checkerCompile,
    @Nullable Result interactorCompile,
    List<Group> groups,
    List<Test> tests) {
  public Judgement {
    groups = List.copyOf(groups);
    tests = List.copyOf(tests);
  }

  /** A subtask. */
  public record Group(String name, Verdict verdict, BigDecimal score, BigDecimal maxScore) {}

  /**
   * One test.
   *
   * @param group the subtask to which it belongs; {@code null} in a job without
   * @param comment what the checker or the interactor said; empty when it was not asked
   * @param result the program's run; {@code null} when there was none
   * @param interaction {@code null} where there is no result, and in a job without an interactor
   */
  public record Test(
      String name,
      @Nullable String group,
      Verdict verdict,
      BigDecimal score,
      BigDecimal maxScore,
      String comment,
      @Nullable Result result,
      @Nullable Interaction interaction) {}
}
