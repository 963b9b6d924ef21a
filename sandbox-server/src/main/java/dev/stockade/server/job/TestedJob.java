package dev.stockade.server.job;

/**
 * A program that is compiled once and run once for each of its tests.
 *
 * @param program what is run; its own standard input is empty
 */
public record TestedJob(JobRequest program, TestSuite suite) implements JobRequest {
  public TestedJob {
    if (program instanceof TestedJob) {
      throw new IllegalArgumentException("tests do not nest");
    }
  }

  @Override
  public JobInput input() {
    return program.input();
  }
}
