package dev.stockade.server.job;

import dev.stockade.core.Content;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.core.policy.LimitOverrides;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What every kind of job may carry.
 *
 * @param stdin standard input of the run, byte for byte
 * @param files put into the workspace, by relative name; without the source of a language job
 * @param outputFiles names read back from the run's workspace afterwards
 * @param limits asked for the run; a compilation has the limits of its own policy
 * @param outputEvents whether those who watch the job are told what its runs write
 */
public record JobInput(
    Content stdin,
    Map<String, InputFile> files,
    List<String> outputFiles,
    LimitOverrides limits,
    boolean outputEvents) {
  /** Empty standard input, no files, the policy's own limits. */
  public static final JobInput NONE =
      new JobInput(Content.NOTHING, Map.of(), List.of(), LimitOverrides.NONE);

  /** Nobody is told of the output before the end. */
  public JobInput(
      Content stdin,
      Map<String, InputFile> files,
      List<String> outputFiles,
      LimitOverrides limits) {
    this(stdin, files, outputFiles, limits, false);
  }

  public JobInput {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    outputFiles = List.copyOf(outputFiles);
  }
}
