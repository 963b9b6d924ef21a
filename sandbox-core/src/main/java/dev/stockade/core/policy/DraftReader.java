package dev.stockade.core.policy;

import dev.stockade.core.policy.Draft.BindEntry;
import dev.stockade.core.policy.Draft.Listing;
import dev.stockade.core.policy.Draft.RuleEntry;
import dev.stockade.core.policy.Draft.TmpfsEntry;
import dev.stockade.core.policy.Draft.Variable;
import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Shape;
import dev.stockade.core.yaml.Syntax;
import dev.stockade.core.yaml.YamlNode;
import dev.stockade.core.yaml.YamlNode.Entries;
import dev.stockade.core.yaml.YamlNode.Entry;
import dev.stockade.core.yaml.YamlNode.Items;
import dev.stockade.core.yaml.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns one file's YAML into a {@link Draft}: which keys there are, and how their values are
 * written. Whether the values make sense is for {@link Checks}.
 */
final class DraftReader {
  private static final String EXTENDS = "extends";
  private static final Set<String> REPLACEABLE = Set.of("binds", "tmpfs", "environment");

  private final Map<Key<?>, Located<?>> values = new LinkedHashMap<>();
  private @Nullable Located<String> parent;
  private Listing<BindEntry> binds = Listing.absent();
  private Listing<TmpfsEntry> tmpfs = Listing.absent();
  private Listing<Variable> environment = Listing.absent();
  private Listing<RuleEntry> rules = Listing.absent();

  private DraftReader() {}

  /**
   * What one file says.
   *
   * @param parent the policy that it extends, or {@code null}
   */
  record Reading(Draft draft, @Nullable Located<String> parent) {}

  static Reading read(YamlNode root) {
    DraftReader reader = new DraftReader();
    Entries top = Shape.entries(root, "a policy");
    Replacing.refuse(top, "a policy");
    reader.section("", top);
    Draft draft =
        new Draft(
            top.place(),
            Map.copyOf(reader.values),
            reader.binds,
            reader.tmpfs,
            reader.environment,
            reader.rules);
    if (reader.parent == null) {
      refuseIdleReplace(draft.binds(), draft.tmpfs(), draft.environment());
    }
    return new Reading(draft, reader.parent);
  }

  private static void refuseIdleReplace(Listing<?>... listings) {
    for (Listing<?> listing : listings) {
      if (listing.place() != null && listing.replaces()) {
        throw listing
            .place()
            .error("!replace has nothing to replace in a policy that extends nothing");
      }
    }
  }

  private void section(String section, Entries entries) {
    for (Entry entry : entries.entries()) {
      String path = section.isEmpty() ? entry.key() : section + "." + entry.key();
      if (!REPLACEABLE.contains(path)) {
        Replacing.refuse(entry.value(), path);
      }
      if (!special(path, entry)) {
        value(section, path, entry);
      }
    }
  }

  /** Reads a key that is not single-valued; false when the key is none of these. */
  private boolean special(String path, Entry entry) {
    switch (path) {
      case EXTENDS -> parent = Shape.text(entry.value(), path);
      case "binds" -> binds = listing(path, entry, DraftReader::bind);
      case "tmpfs" -> tmpfs = listing(path, entry, DraftReader::tmpfs);
      case "environment" -> environment = environment(path, entry);
      case "seccomp.rules" -> rules = listing(path, entry, RuleReader::read);
      case "workspace", "limits", "ceilings", "rlimits", "seccomp" ->
          section(path, Shape.entries(entry.value(), path));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void value(String section, String path, Entry entry) {
    for (Key<?> key : Key.ALL) {
      if (key.path().equals(path)) {
        values.put(key, Shape.value(entry.value(), path, key.syntax()));
        return;
      }
    }
    throw Shape.unknownKey(entry, section, keysOf(section));
  }

  /** The keys that may stand in a section, {@code ""} for the file's top. */
  static Set<String> keysOf(String section) {
    Set<String> words = new LinkedHashSet<>();
    if (section.isEmpty()) {
      words.addAll(List.of(EXTENDS, "binds", "tmpfs", "environment"));
    }
    if (section.equals("seccomp")) {
      words.add("rules");
    }
    for (Key<?> key : Key.ALL) {
      if (key.section().equals(section)) {
        words.add(key.word());
      } else if (section.isEmpty()) {
        words.add(key.section());
      }
    }
    return words;
  }

  private static <T> Listing<T> listing(String path, Entry entry, Function<YamlNode, T> read) {
    Items items = Shape.items(entry.value(), path);
    List<T> entries = new ArrayList<>();
    for (YamlNode item : items.items()) {
      Replacing.refuse(item, "an entry of " + path);
      entries.add(read.apply(item));
    }
    return new Listing<>(items.place(), items.replaces(), List.copyOf(entries));
  }

  private static Listing<Variable> environment(String path, Entry entry) {
    Entries variables = Shape.entries(entry.value(), path);
    List<Variable> read = new ArrayList<>();
    for (Entry variable : variables.entries()) {
      Located<String> name = new Located<>(variable.key(), variable.place());
      read.add(new Variable(name, Shape.text(variable.value(), path + "." + variable.key())));
    }
    return new Listing<>(variables.place(), variables.replaces(), List.copyOf(read));
  }

  private static BindEntry bind(YamlNode node) {
    if (node instanceof Scalar path) {
      Located<String> same = new Located<>(path.text(), path.place());
      return new BindEntry(path.place(), same, same, false);
    }
    Shape.Fields fields = Replacing.fields(node, "binds", Set.of("source", "target", "optional"));
    Located<String> source = fields.required("source", Syntax.TEXT);
    Located<String> target = fields.optional("target", Syntax.TEXT);
    Located<Boolean> optional = fields.optional("optional", Syntax.BOOLEAN);
    return new BindEntry(
        node.place(),
        source,
        target == null ? source : target,
        optional != null && optional.value());
  }

  private static TmpfsEntry tmpfs(YamlNode node) {
    Shape.Fields fields = Replacing.fields(node, "tmpfs", Set.of("path", "size", "inodes", "exec"));
    Located<Boolean> exec = fields.optional("exec", Syntax.BOOLEAN);
    return new TmpfsEntry(
        fields.required("path", Syntax.TEXT),
        fields.required("size", PolicySyntax.SIZE),
        fields.required("inodes", Syntax.LONG),
        exec != null && exec.value());
  }
}
