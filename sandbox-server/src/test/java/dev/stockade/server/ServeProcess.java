package dev.stockade.server;

import dev.stockade.server.job.PolicyCatalog;
import java.util.List;
import picocli.CommandLine;

/** The serve command without the rest of the command line, as a process of its own. */
final class ServeProcess {
  private ServeProcess() {}

  public static void main(String[] args) {
    ServeCommand command =
        new ServeCommand(System.out, PolicyCatalog.shipped(), sandboxes -> List::of);
    System.exit(new CommandLine(command).execute(args));
  }
}
