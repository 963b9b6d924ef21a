package dev.stockade.server.job;

import dev.stockade.core.RunResult;
import dev.stockade.server.judge.Scoring;
import dev.stockade.server.judge.TestResult;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a job's tests.
 *
 * @param checkerCompile the run of the checker's compiler; {@code null} where nothing was compiled
 * @param interactorCompile that of the interactor's
 * @param tests in the job's order
 * @param groups empty in a job without groups
 */
public record Judgement(
    Scoring.Total total,
    @Nullable RunResult checkerCompile,
    @Nullable RunResult interactorCompile,
    List<Test> tests,
    List<Group> groups) {
  public Judgement {
    tests = List.copyOf(tests);
    groups = List.copyOf(groups);
  }

  /**
   * A test and what came of it; without its input, which is not kept.
   *
   * @param group name of its group; {@code null} in a job without groups
   * @param maxScore the most points that it could earn
   */
  public record Test(String name, @Nullable String group, BigDecimal maxScore, TestResult result) {}

  /**
   * A group; its result stands at the same place of {@link Scoring.Total#groups}.
   *
   * @param maxScore the most points that it could earn
   */
  public record Group(String name, BigDecimal maxScore) {}
}
