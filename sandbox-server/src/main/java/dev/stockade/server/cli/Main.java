package dev.stockade.server.cli;

/** Where {@code ./stockade} starts Java. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Streams streams = Streams.ofProcess();
    int status = new Cli(streams).execute(ExactArguments.ofThisProcess(args.length));
    System.exit(status);
  }
}
