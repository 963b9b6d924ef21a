package dev.stockade.core.yaml;

import dev.stockade.core.yaml.YamlNode.Entries;
import dev.stockade.core.yaml.YamlNode.Entry;
import dev.stockade.core.yaml.YamlNode.Items;
import dev.stockade.core.yaml.YamlNode.Scalar;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes YAML nodes for what they are wanted to be, or says what they are instead. */
public final class Shape {
  private Shape() {}

  public static Entries entries(YamlNode node, String what) {
    if (node instanceof Entries entries) {
      return entries;
    }
    throw wrong(node, what, "a mapping of keys");
  }

  public static Items items(YamlNode node, String what) {
    if (node instanceof Items items) {
      return items;
    }
    throw wrong(node, what, "a list");
  }

  public static Located<String> text(YamlNode node, String what) {
    if (node instanceof Scalar scalar) {
      return new Located<>(scalar.text(), scalar.place());
    }
    throw wrong(node, what, "a single value");
  }

  public static <T> Located<T> value(YamlNode node, String what, Syntax<T> syntax) {
    Located<String> text = text(node, what);
    try {
      return new Located<>(syntax.parse().apply(text.value()), text.place());
    } catch (IllegalArgumentException e) {
      throw text.place().error(what + ": " + e.getMessage());
    }
  }

  public static YamlException unknownKey(Entry entry, String in, Collection<String> known) {
    return entry
        .place()
        .error(
            "unknown key "
                + Quote.of(entry.key())
                + (in.isEmpty() ? "" : " in " + in)
                + Suggestion.of(entry.key(), known));
  }

  private static YamlException wrong(YamlNode node, String what, String wanted) {
    return node.place().error(what + " must be " + wanted + ", not " + node.kind());
  }

  /** A small mapping with a fixed set of keys. */
  public static Fields fields(YamlNode node, String in, Collection<String> known) {
    Map<String, YamlNode> byKey = new HashMap<>();
    for (Entry entry : entries(node, "an entry of " + in).entries()) {
      if (!known.contains(entry.key())) {
        throw unknownKey(entry, in, known.stream().sorted().toList());
      }
      byKey.put(entry.key(), entry.value());
    }
    return new Fields(node.place(), in, byKey);
  }

  /** A small mapping's values by key. */
  public record Fields(Place place, String in, Map<String, YamlNode> byKey) {
    public <T> Located<T> required(String key, Syntax<T> syntax) {
      Located<T> value = optional(key, syntax);
      if (value == null) {
        throw place.error("key " + Quote.of(key) + " is missing in an entry of " + in);
      }
      return value;
    }

    public <T> @Nullable Located<T> optional(String key, Syntax<T> syntax) {
      YamlNode node = byKey.get(key);
      return node == null ? null : value(node, in + "." + key, syntax);
    }

    public @Nullable YamlNode node(String key) {
      return byKey.get(key);
    }

    /** Which of some keys are there. */
    public List<String> present(List<String> keys) {
      return keys.stream().filter(byKey::containsKey).toList();
    }
  }
}
