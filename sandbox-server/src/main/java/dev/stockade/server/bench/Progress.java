package dev.stockade.server.bench;

/** Told how far a measurement is. */
@FunctionalInterface
public interface Progress {
  /** Not called while something is being timed. */
  void show(int done, int all, String what);
}
