package dev.stockade.server.worker;

/** The workers that have nothing to do: a job with many tests may use them meanwhile. */
public interface Helpers {
  /** Nobody helps. */
  Helpers NONE =
      new Helpers() {
        @Override
        public boolean tryStart(Runnable work) {
          return false;
        }

        @Override
        public boolean areNeeded() {
          return false;
        }
      };

  /**
   * Has the work done on another thread, if a worker is idle; never waits for one.
   *
   * @return whether the work was or will be begun
   */
  boolean tryStart(Runnable work);

  /** Whether a job waits for a worker that helps: it should stop at the next occasion. */
  boolean areNeeded();
}
