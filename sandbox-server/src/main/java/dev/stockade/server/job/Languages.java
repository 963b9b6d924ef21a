package dev.stockade.server.job;

import java.util.List;
import java.util.Optional;

/** The languages that the server knows, usable here or not. Answers from memory, never blocks. */
public interface Languages extends AutoCloseable {
  /**
   * In the order in which people should see them.
   *
   * @throws NotReadyException while they are still being looked for
   */
  List<Language> all();

  /** Ends what is still done in the background for them. */
  @Override
  default void close() {}

  default Optional<Language> find(String id) {
    return all().stream().filter(language -> language.id().equals(id)).findFirst();
  }
}
