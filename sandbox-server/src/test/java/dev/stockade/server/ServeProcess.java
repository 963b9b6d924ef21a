package dev.stockade.server;

import dev.stockade.server.job.PolicyCatalog;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * The serve command without the rest of the command line, as a process of its own; jobs end with it
 * unless it is told where to keep them.
 */
final class ServeProcess {
  private ServeProcess() {}

  public static void main(String[] args) {
    ServeCommand command =
        new ServeCommand(System.out, PolicyCatalog.shipped(), sandboxes -> List::of);
    List<String> options = new ArrayList<>(List.of(args));
    if (!options.contains("--data") && !options.contains("--database")) {
      options.addAll(List.of("--data", "none"));
    }
    System.exit(new CommandLine(command).execute(options.toArray(new String[0])));
  }
}
