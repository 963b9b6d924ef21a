package dev.stockade.server.job;

import dev.stockade.core.LinkedRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several programs that run in one private network.
 *
 * @param programs in the order in which they begin; each has its own input
 */
public record LinkedJob(List<Program> programs) implements JobRequest {
  public LinkedJob {
    programs = List.copyOf(programs);
  }

  /**
   * One of them.
   *
   * @param name by which others name it
   * @param program a command or a source
   * @param isService whether it is ended when every program that is no service has ended
   * @param after what it waits for; {@code null}: nothing
   */
  public record Program(
      String name, JobRequest program, boolean isService, LinkedRun.@Nullable After after) {
    public Program {
      if (!(program instanceof CommandJob || program instanceof LanguageJob)) {
        throw new IllegalArgumentException("programs are commands or sources");
      }
    }
  }

  /** Nothing: what there is belongs to the programs. */
  @Override
  public JobInput input() {
    return JobInput.NONE;
  }
}
