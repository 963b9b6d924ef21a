package dev.stockade.server.job;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The languages that the server knows, usable here or not. Answers from memory, never blocks. */
public interface Languages extends AutoCloseable {
  /**
   * In the order in which people should see them.
   *
   * @throws NotReadyException while they are still being looked for, or when that failed
   */
  List<Language> all();

  /** Ends when nothing is looked for any more; from then on {@link #all()} says the same always. */
  default CompletionStage<Void> whenSearched() {
    return CompletableFuture.completedStage(null);
  }

  /** Ends what is still done in the background for them. */
  @Override
  default void close() {}

  default Optional<Language> find(String id) {
    return all().stream().filter(language -> language.id().equals(id)).findFirst();
  }
}
