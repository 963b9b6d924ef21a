package dev.stockade.server.job;

import dev.stockade.server.judge.Checker;
import java.util.List;

/** What says whether an output is right. */
public sealed interface OutputJudge {
  /** A rule of the server's own. */
  record BuiltIn(Checker checker) implements OutputJudge {}

  /**
   * A program with the testlib convention, compiled once for the job and run in a sandbox of its
   * own for each test.
   *
   * @param program without arguments and standard input
   */
  record Program(LanguageJob program) implements OutputJudge {
    public static final String INPUT = "input.txt";

    public static final String OUTPUT = "output.txt";
    public static final String ANSWER = "answer.txt";

    /** Names of the files that it finds in its folder, in the order of its arguments. */
    public static final List<String> FILES = List.of(INPUT, OUTPUT, ANSWER);
  }
}
