package dev.stockade.core.yaml;

import java.util.List;

/**
 * A YAML document as it was written, each node with its place.
 *
 * <p>A scalar is text; the key it stands under decides what the text means, so {@code no} is never
 * false and {@code 022} never 18.
 */
public sealed interface YamlNode {
  Place place();

  /** Whether the node carries {@code !replace}: what was inherited is dropped. */
  boolean replaces();

  /** What the node is called in messages. */
  String kind();

  /** A single value. */
  record Scalar(Place place, String text) implements YamlNode {
    @Override
    public boolean replaces() {
      return false;
    }

    @Override
    public String kind() {
      return "a single value";
    }
  }

  /** A list. */
  record Items(Place place, boolean replaces, List<YamlNode> items) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Keys and values; no key twice. */
  record Entries(Place place, boolean replaces, List<Entry> entries) implements YamlNode {
    @Override
    public String kind() {
      return "a mapping of keys";
    }
  }

  /** One key and its value; the place is the key's. */
  record Entry(Place place, String key, YamlNode value) {}
}
