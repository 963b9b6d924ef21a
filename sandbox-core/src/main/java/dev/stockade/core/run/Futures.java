package dev.stockade.core.run;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waiting for what another thread makes, and what must have an owner once it is made. */
final class Futures {
  private Futures() {}

  /** Waits without being woken by an interrupt, which stays pending. */
  static <T> T await(Future<T> future) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
