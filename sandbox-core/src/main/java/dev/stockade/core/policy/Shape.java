package dev.stockade.core.policy;

import dev.stockade.core.policy.YamlNode.Entries;
import dev.stockade.core.policy.YamlNode.Entry;
import dev.stockade.core.policy.YamlNode.Items;
import dev.stockade.core.policy.YamlNode.Scalar;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes YAML nodes for what they are wanted to be, or says what they are instead. */
final class Shape {
  private Shape() {}

  static Entries entries(YamlNode node, String what) {
    if (node instanceof Entries entries) {
      return entries;
    }
    throw wrong(node, what, "a mapping of keys");
  }

  static Items items(YamlNode node, String what) {
    if (node instanceof Items items) {
      return items;
    }
    throw wrong(node, what, "a list");
  }

  static Located<String> text(YamlNode node, String what) {
    if (node instanceof Scalar scalar) {
      return new Located<>(scalar.text(), scalar.place());
    }
    throw wrong(node, what, "a single value");
  }

  static <T> Located<T> value(YamlNode node, String what, Syntax<T> syntax) {
    Located<String> text = text(node, what);
    try {
      return new Located<>(syntax.parse().apply(text.value()), text.place());
    } catch (IllegalArgumentException e) {
      throw text.place().error(what + ": " + e.getMessage());
    }
  }

  static void refuseReplace(YamlNode node, String what) {
    if (node.replaces()) {
      String why =
          what.equals("seccomp.rules")
              ? "rules can only be added to"
              : what + " cannot be replaced";
      throw node.place().error("!replace is for binds, tmpfs and environment; " + why);
    }
  }

  static PolicyException unknownKey(Entry entry, String in, Collection<String> known) {
    return entry
        .place()
        .error(
            "unknown key "
                + Quote.of(entry.key())
                + (in.isEmpty() ? "" : " in " + in)
                + Suggestion.of(entry.key(), known));
  }

  private static PolicyException wrong(YamlNode node, String what, String wanted) {
    return node.place().error(what + " must be " + wanted + ", not " + node.kind());
  }

  /** A small mapping with a fixed set of keys. */
  static Fields fields(YamlNode node, String in, Collection<String> known) {
    Map<String, YamlNode> byKey = new HashMap<>();
    for (Entry entry : entries(node, "an entry of " + in).entries()) {
      if (!known.contains(entry.key())) {
        throw unknownKey(entry, in, known.stream().sorted().toList());
      }
      refuseReplace(entry.value(), in + "." + entry.key());
      byKey.put(entry.key(), entry.value());
    }
    return new Fields(node.place(), in, byKey);
  }

  /** A small mapping's values by key. */
  record Fields(Place place, String in, Map<String, YamlNode> byKey) {
    <T> Located<T> required(String key, Syntax<T> syntax) {
      Located<T> value = optional(key, syntax);
      if (value == null) {
        throw place.error("key " + Quote.of(key) + " is missing in an entry of " + in);
      }
      return value;
    }

    <T> @Nullable Located<T> optional(String key, Syntax<T> syntax) {
      YamlNode node = byKey.get(key);
      return node == null ? null : value(node, in + "." + key, syntax);
    }

    @Nullable YamlNode node(String key) {
      return byKey.get(key);
    }

    /** Which of some keys are there. */
    List<String> present(List<String> keys) {
      return keys.stream().filter(byKey::containsKey).toList();
    }
  }
}
