package dev.stockade.core.policy;

import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Quote;
import dev.stockade.core.yaml.Suggestion;
import dev.stockade.core.yaml.YamlException;
import dev.stockade.core.yaml.YamlNode;
import dev.stockade.core.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads a policy and what it extends, farthest ancestor first, and checks the result of each step:
 * an ancestor is a policy of its own and must be right by itself.
 */
final class Loader {
  private static final YamlReader.Dialect DIALECT =
      new YamlReader.Dialect("a policy", "policies", true);

  private final List<Check> checks;

  /** Shipped policies that others extend: nearly all extend one, and their texts never change. */
  private final Map<Ancestor, Draft> ancestors = new ConcurrentHashMap<>();

  /**
   * A policy that another extends.
   *
   * @param distance how many policies led to it; its places know that
   */
  private record Ancestor(PolicySource source, int distance) {}

  Loader(List<Check> checks) {
    this.checks = checks;
  }

  Policy load(PolicySource source) {
    try {
      return resolve(source, new ArrayList<>()).toPolicy(source.name());
    } catch (YamlException e) {
      throw PolicyException.of(e);
    }
  }

  /**
   * @param descendants the policies that led here by {@code extends}, the asked-for one first
   */
  private Draft resolve(PolicySource source, List<PolicySource> descendants) {
    if (source.folder() != null || descendants.isEmpty()) {
      return read(source, descendants);
    }
    Ancestor ancestor = new Ancestor(source, descendants.size());
    Draft known = ancestors.get(ancestor);
    if (known == null) {
      known = read(source, descendants);
      ancestors.put(ancestor, known);
    }
    return known;
  }

  private Draft read(PolicySource source, List<PolicySource> descendants) {
    YamlNode root = YamlReader.read(DIALECT, source.file(), descendants.size(), source.text());
    DraftReader.Reading reading = DraftReader.read(root);
    Draft draft = reading.draft();
    Located<String> parent = reading.parent();
    if (parent != null) {
      List<PolicySource> chain = new ArrayList<>(descendants);
      chain.add(source);
      draft = draft.onTopOf(resolve(find(source, parent, chain), chain));
    }
    draft.complete();
    for (Check check : checks) {
      check.check(draft);
    }
    return draft;
  }

  private static PolicySource find(
      PolicySource source, Located<String> parent, List<PolicySource> chain) {
    String name = parent.value();
    if (!PolicySource.isName(name)) {
      throw parent.place().error("extends: " + PolicySource.notAName(name));
    }
    Optional<PolicySource> found = source.sibling(name);
    if (found.isEmpty()) {
      throw parent
          .place()
          .error(
              "extends: no policy is named "
                  + Quote.of(name)
                  + ", neither beside this file nor shipped"
                  + Suggestion.of(name, Policies.names()));
    }
    List<String> circle = new ArrayList<>();
    for (PolicySource descendant : chain) {
      if (descendant.file().equals(found.get().file()) || !circle.isEmpty()) {
        circle.add(descendant.name());
      }
    }
    if (!circle.isEmpty()) {
      circle.add(name);
      throw parent
          .place()
          .error("extends: a policy cannot extend itself: " + String.join(" → ", circle));
    }
    return found.get();
  }
}
