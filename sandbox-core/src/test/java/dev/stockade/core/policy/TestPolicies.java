package dev.stockade.core.policy;

import java.nio.file.Path;

/** What the tests of this package share. */
final class TestPolicies {
  /** The top-level folder; tests run in the module's folder. */
  static final Path FOLDER = Path.of("..", "policies");

  private TestPolicies() {}

  /** A policy from text, called {@code NAME.yaml} in messages. */
  static Policy parse(String name, String text) {
    return new Loader(Checks.ALL).load(new PolicySource(name, name + ".yaml", null, text));
  }
}
