package dev.stockade.server.cli;

import dev.stockade.core.Cancellation;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.policy.Policy;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Runs one program for the command line: its output goes on as it comes, Ctrl-C ends it. */
final class RunSession {
  /** One run at a time, and none after it: nothing is prepared ahead. */
  private static final SandboxOptions ONCE = new SandboxOptions(1, 0);

  private final Cancellation cancellation = new Cancellation();
  private final PassThrough stdout;
  private final PassThrough stderr;

  RunSession(Streams streams) {
    stdout = new PassThrough(streams.out(), cancellation::cancel);
    stderr = new PassThrough(streams.err(), cancellation::cancel);
  }

  /** Runs, and passes standard output and standard error on. */
  RunResult runLoudly(Policy policy, RunRequest.Builder request) {
    RunResult result;
    try {
      result = run(policy, request.stdoutTo(stdout).stderrTo(stderr).build());
    } catch (CancellationException e) {
      throwIfBroken();
      throw e;
    }
    throwIfBroken();
    return result;
  }

  /** Runs; the output is in the result alone. */
  RunResult runQuietly(Policy policy, RunRequest.Builder request) {
    return run(policy, request.build());
  }

  /** Whether what was passed on ended in the middle of a line. */
  boolean isStdoutMidLine() {
    return stdout.isMidLine();
  }

  /** Whether what was passed on ended in the middle of a line. */
  boolean isStderrMidLine() {
    return stderr.isMidLine();
  }

  private RunResult run(Policy policy, RunRequest request) {
    Thread ctrlC = new Thread(cancellation::cancel, "stockade-interrupt");
    Runtime.getRuntime().addShutdownHook(ctrlC);
    try (Sandbox sandbox = Sandbox.open(policy, ONCE)) {
      return sandbox.run(request, cancellation);
    } finally {
      forget(ctrlC);
    }
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
