package dev.stockade.server.cli;

import dev.stockade.core.RunRequest;
import dev.stockade.server.job.JobCancellation;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the command line does around a run: output goes on as it comes, Ctrl-C ends the run. */
final class RunSession {
  private final JobCancellation cancellation = new JobCancellation();
  private final PassThrough stdout;
  private final PassThrough stderr;
  private final Streams streams;
  private @Nullable WaitingLine waiting;

  RunSession(Streams streams) {
    this.streams = streams;
    stdout = new PassThrough(streams.out(), cancellation::cancel);
    stderr = new PassThrough(streams.err(), cancellation::cancel);
  }

  /** The same request, whose output goes on to ours while the program runs. */
  RunRequest loud(RunRequest request) {
    RunRequest.Builder copy =
        RunRequest.commandBytes(request.command())
            .stdin(request.stdin())
            .limits(request.limits())
            .stdoutTo(stdout)
            .stderrTo(stderr);
    request.environment().forEach(copy::environment);
    request.files().forEach(copy::file);
    request.outputFiles().forEach(copy::outputFile);
    return copy.build();
  }

  /**
   * Does the work, which is to end soon after it is cancelled.
   *
   * @throws BrokenOutputException when nobody reads our output any more
   * @throws UnavailableException when our output cannot be written
   */
  <T> T run(Function<JobCancellation, T> work) {
    Thread interrupt = new Thread(cancellation::cancel, "stockade-interrupt");
    Runtime.getRuntime().addShutdownHook(interrupt);
    T result;
    try {
      result = work.apply(cancellation);
    } catch (CancellationException e) {
      throwIfBroken();
      throw e;
    } finally {
      endWaiting();
      forget(interrupt);
    }
    throwIfBroken();
    return result;
  }

  /** Says what is being waited for, until {@link #endWaiting} or the end of the work. */
  void startWaiting(String what) {
    endWaiting();
    waiting = new WaitingLine(streams, what);
  }

  /** To be called before the program may write. */
  void endWaiting() {
    if (waiting != null) {
      waiting.close();
      waiting = null;
    }
  }

  /** Takes what the program writes to standard output. */
  PassThrough stdout() {
    return stdout;
  }

  /** Takes what the program writes to standard error. */
  PassThrough stderr() {
    return stderr;
  }

  /** Whether what went on ended in the middle of a line, as who reads standard error sees it. */
  boolean isMidLine() {
    return stderr.isMidLine() || (streams.outIsTerminal() && stdout.isMidLine());
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException goingDown) {
      // the hook is running already: that is why we are here
    }
  }

  private void throwIfBroken() {
    throwIfBroken("standard output", stdout.failure());
    throwIfBroken("standard error", stderr.failure());
  }

  private static void throwIfBroken(String name, @Nullable IOException failure) {
    if (failure == null) {
      return;
    }
    String reason = String.valueOf(failure.getMessage());
    if (reason.contains("Broken pipe")) {
      throw new BrokenOutputException();
    }
    throw new UnavailableException("the program's " + name + " cannot be written: " + reason);
  }
}
