package dev.stockade.server.cli;

import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.language.HostLanguages;
import dev.stockade.server.worker.CompileCache;
import dev.stockade.server.worker.JobContext;
import dev.stockade.server.worker.SandboxJobRunner;
import dev.stockade.server.worker.Sandboxes;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code run FILE [-- ARG...]}: the language is that of the file name's ending. */
final class SourceProgram implements Program, AutoCloseable {
  private final String fileName;
  private final byte[] source;
  private final List<String> words;
  private final Sandboxes sandboxes;
  private final Language language;

  /**
   * Reads the file and looks for the language's toolchain in the sandbox.
   *
   * @param words arguments of the program, as {@link ExactArguments} gives them
   */
  SourceProgram(String file, List<String> words) {
    Path path = HostPath.of("FILE", file);
    this.fileName = String.valueOf(path.getFileName());
    String id = languageOf(file, fileName, "; to run a program: stockade run -- COMMAND");
    this.source = HostPath.read("FILE", file);
    this.words = words;
    PolicyCatalog policies = new NamedPolicies();
    this.sandboxes = new Sandboxes(policies, CommandProgram.ONCE);
    this.language =
        HostLanguages.find(id, policies, sandboxes::run)
            .orElseThrow(() -> new IllegalStateException("no recipe for " + id));
    if (language.availability() instanceof Language.Unavailable unavailable) {
      sandboxes.close();
      throw new UnavailableException(
          language.name() + " is not available: " + unavailable.reason());
    }
  }

  /**
   * Id of the language that a file's ending tells.
   *
   * @param hint what else to do where it tells none
   */
  static String languageOf(String file, String fileName, String hint) {
    return HostLanguages.idOf(fileName)
        .orElseThrow(
            () ->
                new UsageException(
                    file
                        + ": its ending is of no language that is known here ("
                        + String.join(", ", HostLanguages.ids())
                        + ")"
                        + hint));
  }

  @Override
  public Policy policy() {
    return Policies.named(language.policy());
  }

  @Override
  public @Nullable Policy compilePolicy() {
    return language.compilePolicy().map(Policies::named).orElse(null);
  }

  @Override
  public FinishedJob run(JobInput input, RunSession session, boolean loudly) {
    Language heard = loudly ? new LoudLanguage(language, session) : language;
    LanguageJob job =
        new LanguageJob(
            language.id(),
            fileName,
            source,
            words.stream().map(ExactArguments::encode).toList(),
            input);
    SandboxJobRunner runner =
        new SandboxJobRunner(sandboxes, () -> List.of(heard), CompileCache.off());
    return session.run(cancellation -> runner.run(job, JobContext.alone(cancellation)));
  }

  @Override
  public void close() {
    sandboxes.close();
  }
}
