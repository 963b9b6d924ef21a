package dev.stockade.server.job;

import dev.stockade.core.Verdict;
import dev.stockade.server.judge.JudgeVerdict;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Something that happened to a job, as it is told to those who watch it. */
public sealed interface JobEvent {
  /** What is compiled. */
  enum Part {
    PROGRAM,
    CHECKER,
    INTERACTOR
  }

  /**
   * The job was accepted.
   *
   * @param position jobs that waited for a worker when it came; shares and priorities may let it go
   *     before them, and others before it
   */
  record Queued(int position) implements JobEvent {}

  /** A worker has taken the job. */
  record Started() implements JobEvent {}

  /** A compiler has been started. */
  record Compiling(Part part) implements JobEvent {}

  /**
   * A compiler has ended.
   *
   * @param cached whether it had done so for an earlier job
   */
  record Compiled(Part part, Verdict verdict, boolean cached) implements JobEvent {}

  /**
   * A test has been started.
   *
   * @param test its index in the job's order
   */
  record TestStarted(int test, String name) implements JobEvent {}

  /**
   * A test has ended. With {@code stopOnFirstFailure} a test before it may still end so that it is
   * skipped in the end.
   *
   * @param test its index in the job's order
   * @param score points earned
   */
  record TestFinished(int test, String name, JudgeVerdict verdict, BigDecimal score)
      implements JobEvent {}

  /** One of the two streams that a program writes to. */
  enum Stream {
    STDOUT,
    STDERR
  }

  /**
   * The program has written something.
   *
   * @param test index of the test in whose run it did; {@code null} in a job without tests
   * @param bytes what it wrote; a character of UTF-8 is not divided between two events
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes are the point; they are never compared
  record Output(Stream stream, @Nullable Integer test, byte[] bytes) implements JobEvent {}

  /**
   * The job has ended; nothing follows.
   *
   * @param verdict {@code null} unless it is done
   */
  record Ended(JobState state, @Nullable JudgeVerdict verdict) implements JobEvent {}
}
