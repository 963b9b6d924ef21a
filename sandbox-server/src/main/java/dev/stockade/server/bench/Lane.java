package dev.stockade.server.bench;

import java.util.List;

/** A contestant and a workload, ready to run. */
interface Lane extends AutoCloseable {
  /**
   * Runs the program once and waits for its end; this is what is timed.
   *
   * @throws CannotCompeteException when the program did not exit with status 0
   */
  void run() throws CannotCompeteException;

  /** Cleans up after a run, not timed: only its CPU time counts. */
  default void after() {}

  /** The command lines of one run, one after the other; empty when no command is started. */
  default List<List<String>> commands() {
    return List.of();
  }

  /** What of the sandbox's protection and limits it lacks, or does in another way; or empty. */
  default String differences() {
    return "";
  }

  /**
   * Whether all that do the work are waited for down to this JVM, so that their CPU time is known.
   */
  default boolean cpuIsKnown() {
    return true;
  }

  @Override
  default void close() {}
}
