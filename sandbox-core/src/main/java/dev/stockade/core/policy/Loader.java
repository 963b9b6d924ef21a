package dev.stockade.core.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a policy and what it extends, farthest ancestor first, and checks the result of each step:
 * an ancestor is a policy of its own and must be right by itself.
 */
final class Loader {
  private final List<Check> checks;

  Loader(List<Check> checks) {
    this.checks = checks;
  }

  Policy load(PolicySource source) {
    return resolve(source, new ArrayList<>()).toPolicy(source.name());
  }

  /**
   * @param descendants the files, as messages call them, that led here by {@code extends}
   */
  private Draft resolve(PolicySource source, List<String> descendants) {
    YamlNode root = YamlReader.read(source.file(), descendants.size(), source.text());
    DraftReader.Reading reading = DraftReader.read(root);
    Draft draft = reading.draft();
    Located<String> parent = reading.parent();
    if (parent != null) {
      List<String> chain = new ArrayList<>(descendants);
      chain.add(source.file());
      draft = draft.onTopOf(resolve(find(source, parent, chain), chain));
    }
    draft.complete();
    for (Check check : checks) {
      check.check(draft);
    }
    return draft;
  }

  private static PolicySource find(
      PolicySource source, Located<String> parent, List<String> chain) {
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
    if (chain.contains(found.get().file())) {
      throw parent.place().error("extends: " + found.get().file() + " would extend itself");
    }
    return found.get();
  }
}
