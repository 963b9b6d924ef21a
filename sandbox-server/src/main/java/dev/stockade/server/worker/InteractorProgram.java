package dev.stockade.server.worker;

import dev.stockade.core.Content;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.OutputJudge;
import dev.stockade.server.judge.TestCase;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An interactor, ready to run: in a sandbox of its own, where it finds the test's input and answer,
 * and may leave an output for the checker.
 *
 * @param source what it was made of
 */
record InteractorProgram(LanguageJob source, BuiltProgram program) {
  private static final List<byte[]> ARGUMENTS =
      OutputJudge.Program.FILES.stream()
          .map(name -> name.getBytes(StandardCharsets.UTF_8))
          .toList();

  /**
   * The interactor as a test runs it.
   *
   * @param isChecked whether its output is read back
   */
  LanguageJob variant(TestCase test, boolean isChecked) {
    Map<String, InputFile> files = new LinkedHashMap<>(source.input().files());
    files.put(OutputJudge.Program.INPUT, new InputFile(test.stdin(), false));
    files.put(OutputJudge.Program.ANSWER, new InputFile(test.expected(), false));
    return new LanguageJob(
        source.language(),
        source.sourceName(),
        source.source(),
        ARGUMENTS,
        new JobInput(
            Content.NOTHING,
            files,
            isChecked ? List.of(OutputJudge.Program.OUTPUT) : List.of(),
            source.input().limits()));
  }
}
