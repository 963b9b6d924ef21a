package dev.stockade.server.cli;

import java.util.Map;

/** Signals by number, for people: signal(7), x86. */
final class Signals {
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "SIGHUP, hangup"),
          Map.entry(2, "SIGINT, interrupt"),
          Map.entry(3, "SIGQUIT, quit"),
          Map.entry(4, "SIGILL, illegal instruction"),
          Map.entry(5, "SIGTRAP, trap"),
          Map.entry(6, "SIGABRT, abort: a failed assertion or an uncaught exception, perhaps"),
          Map.entry(7, "SIGBUS, bad memory access"),
          Map.entry(8, "SIGFPE, arithmetic error: a division by zero, perhaps"),
          Map.entry(9, "SIGKILL, killed"),
          Map.entry(10, "SIGUSR1"),
          Map.entry(11, "SIGSEGV, invalid memory access"),
          Map.entry(12, "SIGUSR2"),
          Map.entry(13, "SIGPIPE, wrote to a pipe that nobody reads"),
          Map.entry(14, "SIGALRM, alarm"),
          Map.entry(15, "SIGTERM, asked to end"),
          Map.entry(24, "SIGXCPU, CPU time"),
          Map.entry(25, "SIGXFSZ, a file grew too large"),
          Map.entry(31, "SIGSYS, bad system call"));

  private Signals() {}

  /** Name and meaning, or {@code signal N}. */
  static String describe(int number) {
    return NAMES.getOrDefault(number, "signal " + number);
  }
}
