package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {
  @ParameterizedTest
  @CsvSource({
    "OK, 0, , 0",
    "NONZERO_EXIT, 3, , 3",
    "NONZERO_EXIT, 125, , 125",
    "SIGNALED, , 11, 139",
    "CPU_TIME_LIMIT, , 9, 125",
    "WALL_TIME_LIMIT, , 9, 125",
    "MEMORY_LIMIT, 0, , 125",
    "OUTPUT_LIMIT, , 9, 125",
    "SECURITY_VIOLATION, , 31, 125"
  })
  void ofEveryVerdict(
      Verdict verdict, @Nullable Integer exitCode, @Nullable Integer signal, int status) {
    assertEquals(
        status,
        ExitCode.of(
            new RunResult(
                verdict,
                exitCode,
                signal,
                new Output(new byte[0], 0),
                new Output(new byte[0], 0),
                new Usage(null, null, null, 1, null, null, null, null, null),
                new Evidence(null, null, null, null, null, null, null, null),
                List.of(),
                Map.of(),
                Map.of())));
  }
}
