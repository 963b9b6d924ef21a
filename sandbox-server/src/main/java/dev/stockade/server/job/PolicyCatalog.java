package dev.stockade.server.job;

import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.util.List;
import java.util.Optional;

/** The policies that clients may name. Answers from memory, never blocks. */
public interface PolicyCatalog {
  /** In the order in which people should see them. */
  List<Policy> all();

  /** The policies that are shipped with Stockade, read once. */
  static PolicyCatalog shipped() {
    List<Policy> policies = Policies.names().stream().map(Policies::named).toList();
    return () -> policies;
  }

  default Optional<Policy> find(String name) {
    return all().stream().filter(policy -> policy.name().equals(name)).findFirst();
  }
}
