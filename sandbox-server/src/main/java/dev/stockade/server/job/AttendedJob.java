package dev.stockade.server.job;

import dev.stockade.core.LiveRun;

/**
 * A program that its client attends while it runs.
 *
 * @param program what is run; its own standard input is empty
 * @param live the client's side
 */
public record AttendedJob(JobRequest program, LiveRun live) implements JobRequest {
  public AttendedJob {
    if (!(program instanceof CommandJob || program instanceof LanguageJob)) {
      throw new IllegalArgumentException("one program is attended");
    }
  }

  @Override
  public JobInput input() {
    return program.input();
  }
}
