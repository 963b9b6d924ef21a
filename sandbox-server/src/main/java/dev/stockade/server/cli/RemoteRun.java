package dev.stockade.server.cli;

import dev.stockade.client.Job;
import dev.stockade.client.JobEvent;
import dev.stockade.client.JobHandle;
import dev.stockade.client.JobState;
import dev.stockade.client.ProblemException;
import dev.stockade.client.Result;
import dev.stockade.core.Cancellation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/**
 * A job on a server, attended: what it writes goes on to us as it comes, the rest when it has
 * ended; Ctrl-C, or nobody who reads our output, cancels it.
 */
final class RemoteRun {
  private final JobHandle job;
  private final RunSession session;
  private final StatusLine status;
  private long lastEvent;
  private int outSent;
  private int errSent;

  /** Whether events of output are missing: then what follows waits for the result. */
  private boolean gap;

  RemoteRun(JobHandle job, RunSession session, StatusLine status) {
    this.job = job;
    this.session = session;
    this.status = status;
  }

  /**
   * Waits for the job's end.
   *
   * @param loudly whether what the program wrote goes on
   * @throws UncheckedIOException when the server cannot be reached any more
   */
  Job attend(boolean loudly) {
    return session.run(
        cancellation ->
            cancellation.during(
                run -> {
                  run.whenCancelled(this::cancel);
                  try (status;
                      Stream<JobEvent> events = job.events()) {
                    events.forEach(this::see);
                  }
                  Job ended = end(run);
                  if (loudly && ended.result() != null) {
                    sendRest(ended.result());
                  }
                  return ended;
                }));
  }

  private void cancel() {
    try {
      job.cancel();
    } catch (IOException | ProblemException gone) {
      // then it ends with its limits, or has ended
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Job end(Cancellation run) {
    try {
      Job ended = job.await();
      if (ended.state() == JobState.CANCELLED) {
        if (run.isCancelled()) {
          throw new CancellationException();
        }
        throw new UnavailableException("the job was cancelled, by somebody or by its server's end");
      }
      return ended;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }

  private void see(JobEvent event) {
    if (event.id() <= lastEvent) {
      beginAnew();
    }
    lastEvent = event.id();
    if (event instanceof JobEvent.Queued queued) {
      status.show(waiting(queued.position()));
    } else if (event instanceof JobEvent.Compiling) {
      status.show("compiling");
    } else if (event instanceof JobEvent.Started || event instanceof JobEvent.Compiled) {
      status.show("running");
    } else if (event instanceof JobEvent.Lost) {
      gap = true;
    } else if (event instanceof JobEvent.Output output && !gap) {
      send(output.channel(), output.bytes(), 0);
    }
  }

  static String waiting(int before) {
    return switch (before) {
      case 0 -> "queued";
      case 1 -> "queued, 1 job before it";
      default -> "queued, " + before + " jobs before it";
    };
  }

  /** A server that died while it had the job, or another, runs it once more. */
  private void beginAnew() {
    status.show("begun anew");
    outSent = 0;
    errSent = 0;
    gap = true;
  }

  private void sendRest(Result result) {
    send(JobEvent.Channel.STDOUT, result.stdout().bytes(), outSent);
    send(JobEvent.Channel.STDERR, result.stderr().bytes(), errSent);
  }

  private void send(JobEvent.Channel channel, byte[] bytes, int from) {
    int count = bytes.length - from;
    if (count <= 0) {
      return;
    }
    status.close();
    boolean isOut = channel == JobEvent.Channel.STDOUT;
    PassThrough stream = isOut ? session.stdout() : session.stderr();
    if (stream.failure() != null) {
      return;
    }
    try {
      stream.write(bytes, from, count);
    } catch (IOException broken) {
      return; // it has said so itself: the job is being cancelled
    }
    if (isOut) {
      outSent += count;
    } else {
      errSent += count;
    }
  }
}
