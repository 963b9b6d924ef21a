package dev.stockade.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One of the programs of a linked job.
 *
 * @param name by which others of the job name it
 * @param program what to run: source or command, with files, arguments, input, limits and output
 *     files
 * @param service whether it is killed when all programs that are no service have ended
 * @param after what it waits for; {@code null} when it begins in its turn
 */
public record ProgramRequest(
    String name, JobRequest program, boolean service, @Nullable After after) {
  /**
   * Somebody listens.
   *
   * @param program name of a program before this one; when it ends first, this one is not started
   * @param port a TCP port, 1 to 65,535
   */
  public record After(String program, int port) {}

  /** A program that begins in its turn, and is no service. */
  public static ProgramRequest of(String name, JobRequest program) {
    return new ProgramRequest(name, program, false, null);
  }

  public ProgramRequest asService() {
    return new ProgramRequest(name, program, true, after);
  }

  /** Begins when somebody in the job's network listens on a TCP port. */
  public ProgramRequest after(String other, int port) {
    return new ProgramRequest(name, program, service, new After(other, port));
  }

  ObjectNode json() {
    ObjectNode json = program.object().put("name", name).put("service", service);
    if (after != null) {
      json.putObject("after").put("program", after.program()).put("listens", after.port());
    }
    return json;
  }
}
