package dev.stockade.core.policy;

import dev.stockade.core.policy.Draft.RuleEntry;
import dev.stockade.core.policy.SeccompRules.Action;
import dev.stockade.core.policy.SeccompRules.Allow;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import dev.stockade.core.policy.SeccompRules.Errno;
import dev.stockade.core.policy.SeccompRules.Kill;
import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Shape;
import dev.stockade.core.yaml.Syntax;
import dev.stockade.core.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an entry of {@code seccomp.rules}: {@code allow: [calls]}, {@code kill: [calls]} or {@code
 * errno: NAME} with {@code calls: [calls]}, each with an optional {@code when}.
 */
final class RuleReader {
  private static final String IN = "seccomp.rules";
  private static final List<String> ACTIONS = List.of("allow", "errno", "kill");

  /** How each comparison is written; the key's value is the wanted word. */
  static final Map<Comparison, String> COMPARISONS = comparisons();

  private RuleReader() {}

  private static Map<Comparison, String> comparisons() {
    Map<Comparison, String> names = new LinkedHashMap<>();
    names.put(Comparison.EQUAL, "equal");
    names.put(Comparison.NOT_EQUAL, "notEqual");
    names.put(Comparison.LESS, "less");
    names.put(Comparison.LESS_OR_EQUAL, "lessOrEqual");
    names.put(Comparison.GREATER, "greater");
    names.put(Comparison.GREATER_OR_EQUAL, "greaterOrEqual");
    return names;
  }

  static RuleEntry read(YamlNode node) {
    Shape.Fields fields =
        Replacing.fields(node, IN, Set.of("allow", "errno", "kill", "calls", "when"));
    List<String> actions = fields.present(ACTIONS);
    if (actions.size() != 1) {
      throw node.place().error("a rule has exactly one of " + String.join(", ", ACTIONS));
    }
    String action = actions.get(0);
    String callsKey = action.equals("errno") ? "calls" : action;
    YamlNode calls = fields.node(callsKey);
    if (calls == null) {
      throw node.place().error("key \"calls\" is missing; errno names what the calls return");
    }
    if (!callsKey.equals("calls") && fields.node("calls") != null) {
      throw node.place().error("key \"calls\" goes with errno; " + action + " lists its own calls");
    }
    return new RuleEntry(
        node.place(), action(fields, action), calls(calls, callsKey), when(fields.node("when")));
  }

  private static Located<Action> action(Shape.Fields fields, String action) {
    return switch (action) {
      case "allow" -> new Located<>(new Allow(), fields.place());
      case "kill" -> new Located<>(new Kill(), fields.place());
      default -> {
        Located<String> name = fields.required("errno", Syntax.TEXT);
        yield new Located<>(new Errno(name.value()), name.place());
      }
    };
  }

  private static List<Located<String>> calls(YamlNode node, String key) {
    List<Located<String>> calls = new ArrayList<>();
    for (YamlNode call : Shape.items(node, IN + "." + key).items()) {
      calls.add(Shape.text(call, "a system call"));
    }
    return List.copyOf(calls);
  }

  private static List<Located<ArgumentCondition>> when(@Nullable YamlNode node) {
    List<Located<ArgumentCondition>> conditions = new ArrayList<>();
    if (node != null) {
      for (YamlNode item : Shape.items(node, IN + ".when").items()) {
        conditions.add(new Located<>(condition(item), item.place()));
      }
    }
    return List.copyOf(conditions);
  }

  private static ArgumentCondition condition(YamlNode node) {
    Set<String> known = new LinkedHashSet<>(List.of("arg", "mask"));
    known.addAll(COMPARISONS.values());
    Shape.Fields fields = Replacing.fields(node, IN + ".when", known);
    List<String> present = fields.present(List.copyOf(COMPARISONS.values()));
    if (present.size() != 1) {
      throw node.place()
          .error("a condition has exactly one of " + String.join(", ", COMPARISONS.values()));
    }
    Located<Long> mask = fields.optional("mask", PolicySyntax.WORD);
    for (Map.Entry<Comparison, String> comparison : COMPARISONS.entrySet()) {
      if (comparison.getValue().equals(present.get(0))) {
        return new ArgumentCondition(
            fields.required("arg", Syntax.INT).value(),
            mask == null ? -1L : mask.value(),
            comparison.getKey(),
            fields.required(comparison.getValue(), PolicySyntax.WORD).value());
      }
    }
    throw new IllegalStateException("a comparison that is present and unknown: " + present);
  }
}
