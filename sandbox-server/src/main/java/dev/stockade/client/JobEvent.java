package dev.stockade.client;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Something that happened to a job. */
public sealed interface JobEvent {
  /**
   * Its number, from 1, behind which a stream can be resumed: {@link StockadeClient#events(String,
   * long)}.
   */
  long id();

  /**
   * It waits.
   *
   * @param position jobs that waited for a worker when it came: an estimate
   */
  record Queued(long id, int position) implements JobEvent {}

  /** A worker has taken it. */
  record Started(long id) implements JobEvent {}

  /** A compiler has begun. */
  record Compiling(long id, Part part) implements JobEvent {}

  /**
   * A compiler has ended.
   *
   * @param verdict of its run
   * @param cached whether it was that of an earlier job with the same source
   */
  record Compiled(long id, Part part, Verdict verdict, boolean cached) implements JobEvent {}

  /**
   * A test has begun.
   *
   * @param test its index, from 0
   */
  record TestStarted(long id, int test, String name) implements JobEvent {}

  /**
   * A test has ended.
   *
   * @param test its index, from 0
   */
  record TestFinished(long id, int test, String name, Verdict verdict, BigDecimal score)
      implements JobEvent {}

  /**
   * The program has written something; only of jobs that ask for it.
   *
   * @param test index of the test, from 0; {@code null} in a job without tests
   * @param bytes at most 4096; no character is divided
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes are the point
  record Output(long id, Channel channel, @Nullable Integer test, byte[] bytes)
      implements JobEvent {}

  /** Output that the server does not keep any more: events of these ids do not come. */
  record Lost(long first, long last) implements JobEvent {
    /** That of the last event that is lost. */
    @Override
    public long id() {
      return last;
    }
  }

  /**
   * It has ended; {@link StockadeClient#job} has the rest.
   *
   * @param verdict {@code null} unless it is done
   */
  record Ended(long id, JobState state, @Nullable Verdict verdict) implements JobEvent {}

  /**
   * An event of a newer server, which this client does not know.
   *
   * @param data JSON
   */
  record Other(long id, String name, String data) implements JobEvent {}

  /** What is compiled. */
  enum Part {
    PROGRAM,
    CHECKER,
    INTERACTOR
  }

  /** Where a program writes. */
  enum Channel {
    STDOUT,
    STDERR
  }
}
