package dev.stockade.server.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Content;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.server.judge.Scoring;
import dev.stockade.server.judge.TestCase;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FilesOfJobTest {
  private static Content stored(String hash) {
    return Content.of(Path.of("/data/files", hash));
  }

  private static LanguageJob part(String hash) {
    Map<String, InputFile> files =
        Map.of(
            "in", new InputFile(stored(hash), false), "own", new InputFile(new byte[] {1}, false));
    return new LanguageJob(
        "python",
        null,
        new byte[0],
        List.of(),
        new JobInput(Content.NOTHING, files, List.of(), LimitOverrides.NONE));
  }

  @Test
  void everyPartOfAJobMayReferToFiles() {
    TestCase test =
        new TestCase(
            "1",
            stored("stdin"),
            stored("expected"),
            List.of(),
            LimitOverrides.NONE,
            TestCase.NO_GROUP,
            BigDecimal.ONE);
    TestSuite suite =
        new TestSuite(
            new Scoring(List.of(test), List.of(), false),
            new OutputJudge.Program(part("checker")),
            part("interactor"),
            1,
            false,
            ByteSize.ofMebibytes(1));
    assertEquals(
        Set.of("program", "stdin", "expected", "checker", "interactor"),
        FilesOfJob.of(new TestedJob(part("program"), suite)));
  }

  @Test
  void everyProgramOfALinkedJobMayReferToFiles() {
    LinkedJob job =
        new LinkedJob(
            List.of(
                new LinkedJob.Program("one", part("one"), true, null),
                new LinkedJob.Program("two", part("two"), false, null)));
    assertEquals(Set.of("one", "two"), FilesOfJob.of(job));
  }
}
