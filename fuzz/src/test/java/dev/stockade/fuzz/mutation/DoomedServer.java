package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** A server as a process of its own, with a mutant in it; for {@link DeathDetector} to kill. */
final class DoomedServer {
  private DoomedServer() {}

  /**
   * @param arguments name of the mutant, and the file to which the pids of zygote, init and program
   *     go
   */
  public static void main(String[] arguments) throws Exception {
    Mutant mutant = Mutants.named(arguments[0]);
    try (Bench bench = Bench.open(mutant.policy(), mutant.alteration())) {
      Thread run = new Thread(() -> bench.run(RunRequest.command("sleep", "100").build()), "run");
      run.start();
      Set<Long> programs = HostProcess.childrenOf(bench.init().pid());
      while (programs.isEmpty()) {
        Thread.sleep(10);
        programs = HostProcess.childrenOf(bench.init().pid());
      }
      Path answer = Path.of(arguments[1]);
      Path unfinished = answer.resolveSibling("unfinished");
      Files.writeString(
          unfinished,
          bench.zygote().pid() + " " + bench.init().pid() + " " + programs.iterator().next());
      Files.move(unfinished, answer);
      run.join();
    }
  }
}
