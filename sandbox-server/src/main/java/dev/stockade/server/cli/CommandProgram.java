package dev.stockade.server.cli;

import dev.stockade.core.RunRequest;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.language.HostLanguages;
import java.io.File;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code run -- COMMAND ARG...}.
 *
 * @param words as {@link ExactArguments} gives them
 */
record CommandProgram(Policy policy, List<String> words) implements Program {
  /** One run at a time, and none after it: nothing is prepared ahead. */
  static final SandboxOptions ONCE = new SandboxOptions(1, 0);

  /** Names of files that a shell, and {@code --file}, take as they are. */
  private static final Pattern PLAIN = Pattern.compile("[\\w./][\\w@%+,./-]*");

  @Override
  public @Nullable Policy compilePolicy() {
    return null;
  }

  @Override
  public FinishedJob run(JobInput input, RunSession session, boolean loudly) {
    RunRequest.Builder request =
        RunRequest.commandBytes(words.stream().map(ExactArguments::encode).toList())
            .stdin(input.stdin())
            .limits(input.limits());
    input.files().forEach(request::file);
    input.outputFiles().forEach(request::outputFile);
    RunRequest quiet = request.build();
    RunRequest wanted = loudly ? session.loud(quiet) : quiet;
    try (Sandbox sandbox = Sandbox.open(policy, ONCE)) {
      return FinishedJob.ran(session.run(job -> job.during(own -> sandbox.run(wanted, own))));
    } catch (InvalidRequestException e) {
      String instead = e.field().equals("command") ? ofThisHost(input) : "";
      throw instead.isEmpty() ? e : new UsageException(e.getMessage() + instead);
    }
  }

  /**
   * What to type where the program is a file of this host, which the sandbox does not show; nothing
   * where it was given to the sandbox and fails there, or is no program here either.
   */
  private String ofThisHost(JobInput input) {
    String name = words.get(0);
    File file = new File(name); // not a Path, which some bytes cannot be in
    if (!file.isFile()
        || input.files().containsKey(file.getName())
        || !PLAIN.matcher(name).matches()) {
      return "";
    }
    if (HostLanguages.idOf(name).isPresent()) {
      return "; for the file of this host: stockade run " + name;
    }
    return file.canExecute()
        ? "; for the file of this host: stockade run --file " + name + " -- ./" + file.getName()
        : "";
  }
}
