package dev.stockade.server.api;

import dev.stockade.core.RunRequest;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shell scripts, as an interpreter runs them or "compiled" by a command that leaves a program. */
record ScriptLanguage(String id, Optional<String> compiler, String interpreter)
    implements Language {
  private static final String SOURCE = "main.sh";
  private static final String PROGRAM = "program";

  @Override
  public String name() {
    return id;
  }

  @Override
  public List<String> extensions() {
    return List.of(".sh");
  }

  @Override
  public Availability availability() {
    return new Available("1");
  }

  @Override
  public String policy() {
    return "bash";
  }

  @Override
  public Optional<String> compilePolicy() {
    return compiler.map(command -> "c-compile");
  }

  @Override
  public Optional<Step> compile(LanguageJob job) {
    return compiler.map(
        command ->
            new Step(
                "c-compile",
                RunRequest.command(command.split(" "))
                    .file(SOURCE, job.source())
                    .outputFile(PROGRAM)
                    .build()));
  }

  @Override
  public Step run(LanguageJob job, Map<String, byte[]> compiled) {
    RunRequest.Builder request =
        compiler.isPresent()
            ? RunRequest.command("./" + PROGRAM).executable(PROGRAM, compiled.get(PROGRAM))
            : RunRequest.command(interpreter, SOURCE).file(SOURCE, job.source());
    return new Step(
        "bash", request.stdin(job.input().stdin()).limits(job.input().limits()).build());
  }
}
