package dev.stockade.server.cli;

import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.PolicyCatalog;
import java.util.List;
import java.util.Optional;

/** The shipped policies, each read when it is asked for: one run needs two at most. */
final class NamedPolicies implements PolicyCatalog {
  @Override
  public List<Policy> all() {
    return Policies.names().stream().map(Policies::named).toList();
  }

  @Override
  public Optional<Policy> find(String name) {
    return Policies.names().contains(name) ? Optional.of(Policies.named(name)) : Optional.empty();
  }
}
