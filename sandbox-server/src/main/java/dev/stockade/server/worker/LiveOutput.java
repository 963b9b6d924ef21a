package dev.stockade.server.worker;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobEvents;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a run's output goes while it runs, besides its result.
 *
 * @param events told of it; {@code null}: nobody is
 * @param test index of the test whose run it is; {@code null} in a job without tests
 */
record LiveOutput(@Nullable JobEvents events, @Nullable Integer test) {
  /** Nobody is told. */
  static final LiveOutput NONE = new LiveOutput(null, null);

  /** Runs a request, so that what it writes is told. */
  RunResult during(RunRequest request, Function<RunRequest, RunResult> run) {
    if (events == null) {
      return run.apply(request);
    }
    try (OutputChunks stdout = chunks(events, JobEvent.Stream.STDOUT);
        OutputChunks stderr = chunks(events, JobEvent.Stream.STDERR)) {
      return run.apply(request.passingOutputTo(stdout, stderr));
    }
  }

  private OutputChunks chunks(JobEvents told, JobEvent.Stream stream) {
    return new OutputChunks(bytes -> told.add(new JobEvent.Output(stream, test, bytes)));
  }
}
