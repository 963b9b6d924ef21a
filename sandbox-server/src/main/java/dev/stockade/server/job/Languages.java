package dev.stockade.server.job;

import java.util.List;
import java.util.Optional;

/** The languages that the server knows, usable here or not. Answers from memory, never blocks. */
public interface Languages {
  /** In the order in which people should see them. */
  List<Language> all();

  default Optional<Language> find(String id) {
    return all().stream().filter(language -> language.id().equals(id)).findFirst();
  }
}
