package dev.stockade.server.api;

import dev.stockade.server.job.Languages;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** What a request waits for before it can be answered at all. */
final class Waits {
  private Waits() {}

  /** Ends, on the event loop that asks, when the languages are known or cannot be. */
  static Future<Void> forLanguages(Vertx vertx, Languages languages) {
    return Future.fromCompletionStage(languages.whenSearched(), vertx.getOrCreateContext());
  }
}
