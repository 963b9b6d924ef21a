package dev.stockade.server.cli;

import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.util.Iterator;

/** A policy as named on a command line: a shipped one by its name, or a file by its path. */
final class PolicyChoice {
  static final String DEFAULT = "default";

  /** The shipped policies' names, for completion. */
  static final class Shipped implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Policies.names().iterator();
    }
  }

  private PolicyChoice() {}

  static Policy of(String name) {
    if (!name.contains("/") && !name.endsWith(".yaml")) {
      return Policies.named(name);
    }
    return Policies.load(HostPath.of("--policy", name));
  }
}
