package dev.stockade.core.policy;

import dev.stockade.core.yaml.Shape;
import dev.stockade.core.yaml.YamlNode;
import dev.stockade.core.yaml.YamlNode.Entry;
import java.util.Collection;

/** Where {@code !replace} may not stand. */
final class Replacing {
  private Replacing() {}

  static void refuse(YamlNode node, String what) {
    if (node.replaces()) {
      String why =
          what.equals("seccomp.rules")
              ? "rules can only be added to"
              : what + " cannot be replaced";
      throw node.place().error("!replace is for binds, tmpfs and environment; " + why);
    }
  }

  /** A small mapping with a fixed set of keys, in which nothing can be replaced. */
  static Shape.Fields fields(YamlNode node, String in, Collection<String> known) {
    Shape.Fields fields = Shape.fields(node, in, known);
    for (Entry entry : Shape.entries(node, in).entries()) {
      refuse(entry.value(), in + "." + entry.key());
    }
    return fields;
  }
}
