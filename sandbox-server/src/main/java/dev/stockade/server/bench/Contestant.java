package dev.stockade.server.bench;

/** One way to run programs, which takes part in a measurement. */
interface Contestant extends AutoCloseable {
  /** What people read. */
  String name();

  /**
   * Gets ready to run one workload again and again, on one thread.
   *
   * @throws CannotCompeteException when it is not here, or cannot run this program
   */
  Lane enter(Workload workload) throws CannotCompeteException;

  @Override
  default void close() {}
}
