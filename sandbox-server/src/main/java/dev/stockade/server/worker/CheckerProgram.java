package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Content;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.OutputJudge;
import dev.stockade.server.judge.CheckResult;
import dev.stockade.server.judge.TestCase;
import dev.stockade.server.judge.TestlibExit;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A checker program, ready to run: each time in a fresh sandbox of its own, where it finds three
 * files and never the program that it judges.
 *
 * @param source what it was made of
 */
record CheckerProgram(LanguageJob source, ReadyProgram program) implements TestOutputCheck {
  private static final List<byte[]> ARGUMENTS =
      OutputJudge.Program.FILES.stream()
          .map(name -> name.getBytes(StandardCharsets.UTF_8))
          .toList();

  @Override
  public CheckResult check(TestCase test, byte[] output, Cancellation cancellation) {
    try {
      return TestlibExit.read(
          program.run(variant(test, output), LiveOutput.NONE, cancellation), test.weight());
    } catch (InvalidRequestException e) {
      return CheckResult.checkerError("it cannot be run: " + e.getMessage());
    }
  }

  private LanguageJob variant(TestCase test, byte[] output) {
    Map<String, InputFile> files = new LinkedHashMap<>(source.input().files());
    files.put(OutputJudge.Program.INPUT, new InputFile(test.stdin(), false));
    files.put(OutputJudge.Program.OUTPUT, new InputFile(output, false));
    files.put(OutputJudge.Program.ANSWER, new InputFile(test.expected(), false));
    return new LanguageJob(
        source.language(),
        source.sourceName(),
        source.source(),
        ARGUMENTS,
        new JobInput(Content.NOTHING, files, List.of(), source.input().limits()));
  }
}
