package dev.stockade.server.language;

import static dev.stockade.server.language.Workshop.draft;
import static dev.stockade.server.language.Workshop.shown;
import static dev.stockade.server.language.Workshop.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.server.job.FinishedJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every language with real compilers and interpreters: the same programs, the exact verdicts. */
final class LanguagesIT {
  /** Of each language; fewer in the guest, which is slow: {@code -Dstockade.rounds=N}. */
  private static final int ROUNDS = Integer.getInteger("stockade.rounds", 30);

  private static final int SIDE_BY_SIDE = 4;

  /**
   * With time enough for a machine on which memory is slow to touch: the guest takes 60 ms a MiB.
   */
  private static final LimitOverrides HOG_LIMITS =
      new LimitOverrides(
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          ByteSize.ofMebibytes(128),
          null,
          null,
          null);

  private static Workshop workshop;

  @BeforeAll
  static void open() {
    workshop = new Workshop();
  }

  @AfterAll
  static void close() {
    workshop.close();
  }

  static List<String> languages() {
    return HostLanguages.ids();
  }

  @ParameterizedTest
  @MethodSource("languages")
  void helloEveryTime(String language) throws Exception {
    workshop.language(language);
    ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE);
    try {
      List<Future<String>> runs = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        runs.add(
            threads.submit(
                () -> workshop.output(draft(language, Programs.HELLO.get(language)).job())));
      }
      for (Future<String> run : runs) {
        assertEquals("hello\n", run.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void inputArgumentsAndExitStatusGetThrough(String language) {
    RunResult result =
        workshop.result(
            draft(language, Programs.ECHO.get(language))
                .stdin("zwölf\nBoxkämpfer")
                .args(" $(reboot) 'ä\n")
                .job());
    assertEquals("zwölf\nBoxkämpfer $(reboot) 'ä\n", text(result.stdout()), () -> shown(result));
    assertEquals("", text(result.stderr()));
    assertEquals(Verdict.NONZERO_EXIT, result.verdict());
    assertEquals(7, result.exitCode());
  }

  @ParameterizedTest
  @CsvSource({
    "c, SIGNALED, , 11, ''",
    "cpp, SIGNALED, , 6, out_of_range",
    "python, NONZERO_EXIT, 1, , 'File \"/box/main.py\", line 1'",
    "java, NONZERO_EXIT, 1, , 'Crash.main(Crash.java:2)'",
    "javascript, NONZERO_EXIT, 1, , '/box/main.js:1'",
    "go, NONZERO_EXIT, 2, , 'main.go:5'",
    "rust, NONZERO_EXIT, 101, , main.rs:1:",
    "bash, NONZERO_EXIT, 1, , 'main.sh: line 1: nothing: unbound variable'"
  })
  void aCrashIsTheProgramsOwn(
      String language, Verdict verdict, Integer exitCode, Integer signal, String message) {
    RunResult result = workshop.result(draft(language, Programs.CRASH.get(language)).job());
    assertEquals(verdict, result.verdict(), () -> shown(result));
    assertEquals(exitCode, result.exitCode());
    assertEquals(signal, result.signal());
    assertTrue(text(result.stderr()).contains(message), () -> shown(result));
  }

  @ParameterizedTest
  @CsvSource({
    "c, 1, 'sub/mine.c:3:10: error:', sub/mine.c",
    "cpp, 1, 'sub/mine.cc:3:10: error:', sub/mine.cc",
    "java, 1, 'sub/Main.java:3: error:', sub/mine.java",
    "go, 1, 'sub/mine.go:3:3: undefined: nothing', sub/mine.go",
    "rust, 1, '--> sub/mine.rs:3:5', sub/mine.rs"
  })
  void aCompileErrorIsTheCompilersResult(
      String language, int exitCode, String message, String name) {
    FinishedJob finished =
        workshop.finish(draft(language, Programs.WRONG.get(language)).named(name).job());
    assertNull(finished.result());
    RunResult compile = finished.compile();
    assertNotNull(compile);
    assertEquals(Verdict.NONZERO_EXIT, compile.verdict(), () -> shown(compile));
    assertEquals(exitCode, compile.exitCode());
    assertTrue(text(compile.stderr()).contains(message), () -> shown(compile));
  }

  @ParameterizedTest
  @MethodSource("languages")
  void aMemoryHogMeetsItsLimit(String language) {
    RunResult result =
        workshop.result(draft(language, Programs.HOG.get(language)).limits(HOG_LIMITS).job());
    assertEquals(Verdict.MEMORY_LIMIT, result.verdict(), () -> shown(result));
    Long oomKills = result.evidence().oomKills();
    assertTrue(oomKills != null && oomKills > 0, () -> shown(result));
  }

  @ParameterizedTest
  @MethodSource("languages")
  void anEndlessLoopMeetsItsLimit(String language) {
    RunResult result =
        workshop.result(
            draft(language, Programs.LOOP.get(language))
                .limits(new LimitOverrides(Duration.ofSeconds(1), null, null, null, null, null))
                .job());
    assertEquals(Verdict.CPU_TIME_LIMIT, result.verdict(), () -> shown(result));
    assertEquals("cpuTime", result.evidence().killedFor());
  }
}
