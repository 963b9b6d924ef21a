package dev.stockade.fuzz.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Content;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.testing.Needs;
import dev.stockade.fuzz.Effort;
import dev.stockade.fuzz.Holds;
import dev.stockade.fuzz.Sandboxes;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.language.HostLanguages;
import dev.stockade.server.selftest.Lesson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no attack passes, every time. */
@Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OrdinaryIT {
  private static final Map<String, String> HELLO =
      Map.of(
          "c", "#include <stdio.h>\nint main(void) { return puts(\"hello\") < 0; }\n",
          "cpp", "#include <iostream>\nint main() { std::cout << \"hello\\n\"; }\n",
          "python", "print('hello')\n",
          "java",
              "class Main { public static void main(String[] a) { System.out.println(\"hello\"); } }\n",
          "javascript", "console.log('hello')\n",
          "go", "package main\nimport \"fmt\"\nfunc main() { fmt.Println(\"hello\") }\n",
          "rust", "fn main() { println!(\"hello\"); }\n",
          "bash", "echo hello\n");

  /** In the guest, CPU time is also what other guests take of the machine. */
  private static final JobInput AMPLE =
      new JobInput(
          Content.NOTHING,
          Map.of(),
          List.of(),
          new LimitOverrides(Duration.ofMinutes(1), Duration.ofMinutes(2), null, null, null, null));

  private static dev.stockade.server.worker.Sandboxes sandboxes;

  @BeforeAll
  static void open() {
    Sandboxes.needDefaultPolicy();
    sandboxes =
        new dev.stockade.server.worker.Sandboxes(PolicyCatalog.shipped(), new SandboxOptions(1, 1));
  }

  @AfterAll
  static void close() {
    if (sandboxes != null) {
      sandboxes.close();
    }
  }

  static List<String> languages() {
    return HostLanguages.ids();
  }

  /** Compiled once where it is compiled. */
  @ParameterizedTest
  @MethodSource("languages")
  @Holds(Lesson.ORDINARY_PROGRAMS)
  void helloInEveryLanguageEveryTime(String id) {
    Language language =
        HostLanguages.find(id, PolicyCatalog.shipped(), sandboxes::run).orElseThrow();
    if (language.availability() instanceof Language.Unavailable unavailable) {
      Needs.machine("toolchain for " + id, Optional.of(unavailable.reason()));
    }
    byte[] source = HELLO.get(id).getBytes(StandardCharsets.UTF_8);
    LanguageJob job = new LanguageJob(id, null, source, List.of(), AMPLE);
    Map<String, byte[]> compiled =
        language.compile(job).map(OrdinaryIT::run).map(RunResult::files).orElse(Map.of());
    for (int i = Effort.of(20, 1000); i > 0; i--) {
      RunResult result = run(language.run(job, compiled));
      assertEquals("hello\n", Results.text(result.stdout()), () -> Results.describe(result));
    }
  }

  private static RunResult run(Language.Step step) {
    RunResult result = sandboxes.run(step.policy(), step.request(), new Cancellation());
    assertEquals(Verdict.OK, result.verdict(), () -> Results.describe(result));
    return result;
  }

  /** By the server, which writes the program before it starts it, and by jobs themselves. */
  @Test
  @Holds(Lesson.NO_TEXT_FILE_BUSY)
  void executablesThatWereJustWrittenStart() throws Exception {
    int threads = 4;
    int each = Effort.of(125, 1250);
    RunRequest request =
        RunRequest.command("./first")
            .executable(
                "first",
                "#!/bin/sh\ncp /bin/echo second; exec ./second hello\n"
                    .getBytes(StandardCharsets.UTF_8))
            .build();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (Sandbox sandbox = Sandboxes.open("default", threads)) {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(pool.submit(() -> runEach(sandbox, request, each)));
      }
      for (Future<Integer> done : all) {
        assertEquals(each, done.get());
      }
    } finally {
      pool.shutdown();
    }
  }

  private static int runEach(Sandbox sandbox, RunRequest request, int count) {
    for (int i = 0; i < count; i++) {
      RunResult result = sandbox.run(request);
      assertEquals("hello\n", Results.text(result.stdout()), () -> Results.describe(result));
      assertEquals(Verdict.OK, result.verdict(), () -> Results.describe(result));
    }
    return count;
  }
}
