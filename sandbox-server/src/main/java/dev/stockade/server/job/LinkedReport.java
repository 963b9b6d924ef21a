package dev.stockade.server.job;

import dev.stockade.core.LinkedResult;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.server.judge.JudgeVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came of the programs of a linked job.
 *
 * @param verdict the job's
 * @param programs in the job's order
 */
public record LinkedReport(JudgeVerdict verdict, List<Program> programs) {
  public LinkedReport {
    programs = List.copyOf(programs);
  }

  /**
   * What the compilers did for a program.
   *
   * @param compile {@code null} where nothing was compiled
   * @param cached whether that is the run of an earlier job with the same source
   */
  public record Compiled(@Nullable RunResult compile, boolean cached) {
    boolean isOk() {
      return compile == null || compile.verdict() == Verdict.OK;
    }
  }

  /** What came of one of them. */
  public record Program(Compiled compiled, LinkedResult.Program ran) {
    /** Of its compiler, of its run, or that there was none. */
    public JudgeVerdict verdict() {
      RunResult result = ran.result();
      if (!compiled.isOk()) {
        return JudgeVerdict.COMPILE_ERROR;
      }
      return result == null ? JudgeVerdict.NOT_STARTED : JudgeVerdict.of(result.verdict());
    }
  }

  /** They were compiled and run. */
  public static LinkedReport of(List<Compiled> compiled, LinkedResult result) {
    return report(
        result.verdict().map(JudgeVerdict::of).orElse(JudgeVerdict.NOT_STARTED),
        compiled,
        result.programs());
  }

  /** One was not compiled, so none was started. */
  public static LinkedReport notCompiled(LinkedJob job, List<Compiled> compiled) {
    List<LinkedResult.Program> none = new ArrayList<>();
    String names = namesOfFailed(job, compiled);
    for (LinkedJob.Program program : job.programs()) {
      none.add(
          new LinkedResult.Program(
              program.name(), program.isService(), null, false, "not compiled: " + names));
    }
    return report(JudgeVerdict.COMPILE_ERROR, compiled, none);
  }

  private static String namesOfFailed(LinkedJob job, List<Compiled> compiled) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < compiled.size(); i++) {
      if (!compiled.get(i).isOk()) {
        names.add(job.programs().get(i).name());
      }
    }
    return String.join(", ", names);
  }

  private static LinkedReport report(
      JudgeVerdict verdict, List<Compiled> compiled, List<LinkedResult.Program> ran) {
    List<Program> programs = new ArrayList<>();
    for (int i = 0; i < ran.size(); i++) {
      programs.add(new Program(compiled.get(i), ran.get(i)));
    }
    return new LinkedReport(verdict, programs);
  }

  /** Every run in it. */
  List<RunResult> runs() {
    List<@Nullable RunResult> runs = new ArrayList<>();
    for (Program program : programs) {
      runs.add(program.compiled.compile);
      runs.add(program.ran.result());
    }
    return runs.stream().filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }
}
