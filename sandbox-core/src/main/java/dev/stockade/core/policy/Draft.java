package dev.stockade.core.policy;

import dev.stockade.core.policy.Key.LimitKeys;
import dev.stockade.core.policy.Policy.Bind;
import dev.stockade.core.policy.Policy.Rlimits;
import dev.stockade.core.policy.Policy.Tmpfs;
import dev.stockade.core.policy.SeccompRules.Action;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Errno;
import dev.stockade.core.policy.SeccompRules.Rule;
import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Place;
import dev.stockade.core.yaml.Quote;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What policy files say, each value with its place: first one file's worth, then, on top of what it
 * extends, everything.
 *
 * @param top the start of the file
 * @param values single values by key
 */
record Draft(
    Place top,
    Map<Key<?>, Located<?>> values,
    Listing<BindEntry> binds,
    Listing<TmpfsEntry> tmpfs,
    Listing<Variable> environment,
    Listing<RuleEntry> rules) {

  /**
   * A list or mapping that inheritance adds to.
   *
   * @param place where it starts; {@code null} when no file has it
   * @param replaces whether it drops what it inherits
   */
  record Listing<T>(@Nullable Place place, boolean replaces, List<T> entries) {
    static <T> Listing<T> absent() {
      return new Listing<>(null, false, List.of());
    }

    /** The inherited entries but those of the same identity, then these. */
    private Listing<T> onTopOf(Listing<T> inherited, Function<T, Object> identity) {
      if (place == null || replaces) {
        return place == null ? inherited : this;
      }
      Set<Object> own = new HashSet<>();
      entries.forEach(entry -> own.add(identity.apply(entry)));
      List<T> merged = new ArrayList<>(inherited.entries);
      merged.removeIf(entry -> own.contains(identity.apply(entry)));
      merged.addAll(entries);
      return new Listing<>(place, false, List.copyOf(merged));
    }
  }

  /** An entry of {@code binds}. */
  record BindEntry(Place place, Located<String> source, Located<String> target, boolean optional) {}

  /** An entry of {@code tmpfs}, or the workspace. */
  record TmpfsEntry(
      Located<String> path, Located<ByteSize> size, Located<Long> inodes, boolean exec) {}

  /** An entry of {@code environment}. */
  record Variable(Located<String> name, Located<String> value) {}

  /**
   * An entry of {@code seccomp.rules}.
   *
   * @param action where its errno's name, or its action, stands
   */
  record RuleEntry(
      Place place,
      Located<Action> action,
      List<Located<String>> calls,
      List<Located<ArgumentCondition>> when) {
    boolean conditional() {
      return !when.isEmpty();
    }
  }

  /** This file's draft on top of the complete draft that it extends. */
  Draft onTopOf(Draft inherited) {
    Map<Key<?>, Located<?>> merged = new LinkedHashMap<>(inherited.values);
    merged.putAll(values);
    return new Draft(
        top,
        merged,
        binds.onTopOf(inherited.binds, bind -> bind.target().value()),
        tmpfs.onTopOf(inherited.tmpfs, entry -> entry.path().value()),
        environment.onTopOf(inherited.environment, variable -> variable.name().value()),
        rules.onTopOf(inherited.rules, rule -> rule)); // two equal rules: places differ, both stay
  }

  /** Fails when a key has no value; without that, {@link #get} has one for each key. */
  Draft complete() {
    for (Key<?> key : Key.ALL) {
      require(values.containsKey(key), key.path());
    }
    require(binds.place() != null, "binds");
    require(tmpfs.place() != null, "tmpfs");
    require(environment.place() != null, "environment");
    require(rules.place() != null, "seccomp.rules");
    return this;
  }

  private void require(boolean there, String path) {
    if (!there) {
      throw top.error(
          "key " + Quote.of(path) + " is missing; a policy that extends nothing names every key");
    }
  }

  /** A key's value and place. */
  @SuppressWarnings("unchecked") // DraftReader puts under a Key<T> only what its Syntax<T> parsed
  <T> Located<T> get(Key<T> key) {
    Located<?> located = values.get(key);
    if (located == null) {
      throw new IllegalStateException(key.path() + " is missing from a complete draft");
    }
    return (Located<T>) located;
  }

  TmpfsEntry workspace() {
    return new TmpfsEntry(
        get(Key.WORKSPACE_PATH),
        get(Key.WORKSPACE_SIZE),
        get(Key.WORKSPACE_INODES),
        get(Key.WORKSPACE_EXEC).value());
  }

  /** The workspace and every other writable folder. */
  List<TmpfsEntry> writable() {
    List<TmpfsEntry> all = new ArrayList<>();
    all.add(workspace());
    all.addAll(tmpfs.entries());
    return all;
  }

  /** The policy, from a complete draft that passed every check. */
  Policy toPolicy(String name) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Variable variable : environment.entries()) {
      variables.put(variable.name().value(), variable.value().value());
    }
    return new Policy(
        name,
        get(Key.DESCRIPTION).value(),
        get(Key.HOSTNAME).value(),
        get(Key.UID).value(),
        get(Key.GID).value(),
        binds.entries().stream().map(Draft::bind).toList(),
        tmpfs(workspace()),
        tmpfs.entries().stream().map(Draft::tmpfs).toList(),
        variables,
        get(Key.UMASK).value(),
        get(Key.NETWORK).value(),
        limits(Key.LIMITS),
        limits(Key.CEILINGS),
        rlimits(),
        new SeccompRules(
            get(Key.SECCOMP_DEFAULT).value(), rules.entries().stream().map(Draft::rule).toList()),
        get(Key.DEGRADED).value());
  }

  private static Bind bind(BindEntry entry) {
    return new Bind(entry.source().value(), entry.target().value(), entry.optional());
  }

  private static Tmpfs tmpfs(TmpfsEntry entry) {
    return new Tmpfs(
        entry.path().value(), entry.size().value(), entry.inodes().value(), entry.exec());
  }

  private static Rule rule(RuleEntry entry) {
    return new Rule(
        entry.action().value(),
        entry.calls().stream().map(Located::value).toList(),
        entry.when().stream().map(Located::value).toList());
  }

  private Limits limits(LimitKeys keys) {
    return new Limits(
        get(keys.cpuTime()).value(),
        get(keys.wallTime()).value(),
        get(keys.memory()).value(),
        get(keys.pids()).value(),
        get(keys.output()).value(),
        get(keys.cpus()).value());
  }

  private Rlimits rlimits() {
    return new Rlimits(
        get(Key.FILE_SIZE).value(),
        get(Key.OPEN_FILES).value(),
        get(Key.STACK).value(),
        get(Key.LOCKED_MEMORY).value(),
        get(Key.MESSAGE_QUEUES).value(),
        get(Key.PENDING_SIGNALS).value());
  }

  /** The errno names of a draft: the default's and the rules'. */
  List<Located<String>> errnoNames() {
    List<Located<String>> names = new ArrayList<>();
    names.add(get(Key.SECCOMP_DEFAULT));
    for (RuleEntry rule : rules.entries()) {
      if (rule.action().value() instanceof Errno errno) {
        names.add(new Located<>(errno.name(), rule.action().place()));
      }
    }
    return names;
  }
}
