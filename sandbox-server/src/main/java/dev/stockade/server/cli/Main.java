package dev.stockade.server.cli;

import dev.stockade.core.Sandbox;
import java.util.Set;

/** Where {@code ./stockade} starts Java. */
public final class Main {
  /** They open a sandbox, whose libraries are loaded while they find out which. */
  private static final Set<String> OPEN_A_SANDBOX = Set.of("run", "serve", "selftest", "bench");

  private Main() {}

  public static void main(String[] args) {
    if (args.length > 0 && OPEN_A_SANDBOX.contains(args[0])) {
      Sandbox.loadLibraries();
    }
    Streams streams = Streams.ofProcess();
    int status = new Cli(streams).execute(ExactArguments.ofThisProcess(args.length));
    System.exit(status);
  }
}
