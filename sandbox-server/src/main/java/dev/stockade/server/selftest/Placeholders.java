package dev.stockade.server.selftest;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What differs from host to host in an attack, written {@code ${canary.file}}: always with a dot,
 * which no name of a shell's parameter has.
 */
public final class Placeholders {
  private static final Pattern WRITTEN = Pattern.compile("\\$\\{([a-z0-9]+\\.[a-z0-9.]+)\\}");

  /** Every name that an attack file may use. */
  static final Set<String> NAMES =
      Set.of(
          "attack.mark",
          "attack.nap",
          "canary.file",
          "canary.folder",
          "canary.folder.parent",
          "canary.port",
          "canary.pid",
          "server.pid",
          "host.address",
          "host.network",
          "host.ipv6");

  private final Map<String, String> values;

  Placeholders(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /** The first placeholder of a text that nobody knows. */
  static Optional<String> unknownIn(String text) {
    return WRITTEN
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .filter(name -> !NAMES.contains(name))
        .findFirst();
  }

  /** The text with values in place of the names. */
  String fill(String text) {
    return WRITTEN
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1))));
  }

  private String value(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("no value for ${" + name + "}");
    }
    return value;
  }
}
