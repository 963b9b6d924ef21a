package dev.stockade.core.policy;

import dev.stockade.core.policy.Policy.Bind;
import dev.stockade.core.policy.Policy.Tmpfs;
import dev.stockade.core.policy.SeccompRules.Allow;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Errno;
import dev.stockade.core.policy.SeccompRules.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a policy as YAML that {@link DraftReader} reads as the same policy. */
final class PolicyWriter {
  private static final int WIDTH = 100;

  private final StringBuilder out = new StringBuilder();

  private PolicyWriter() {}

  static String write(Policy policy) {
    PolicyWriter writer = new PolicyWriter();
    writer.policy(policy);
    return writer.out.toString();
  }

  private void policy(Policy policy) {
    String section = "";
    for (Key<?> key : Key.ALL) {
      if (!key.section().equals(section)) {
        section = key.section();
        out.append(section).append(":\n");
      }
      out.append(section.isEmpty() ? "" : "  ");
      out.append(key.word()).append(": ").append(scalar(key.render(policy))).append('\n');
    }
    rules(policy.seccomp().rules()); // goes on in section seccomp, whose key is the last
    entries("binds", policy.binds().stream().map(PolicyWriter::bind).toList());
    entries("tmpfs", policy.tmpfs().stream().map(PolicyWriter::tmpfs).toList());
    environment(policy.environment());
  }

  private void rules(List<Rule> rules) {
    out.append("  rules:").append(rules.isEmpty() ? " []\n" : "\n");
    for (Rule rule : rules) {
      if (rule.action() instanceof Errno errno) {
        out.append("    - errno: ").append(scalar(errno.name())).append("\n      calls: ");
      } else {
        out.append(rule.action() instanceof Allow ? "    - allow: " : "    - kill: ");
      }
      calls(rule.calls());
      if (!rule.when().isEmpty()) {
        out.append("      when:\n");
        for (ArgumentCondition condition : rule.when()) {
          out.append("        - ").append(condition(condition)).append('\n');
        }
      }
    }
  }

  private void calls(List<String> calls) {
    String indent = "        ";
    int column = WIDTH;
    out.append('[');
    for (int i = 0; i < calls.size(); i++) {
      String call = scalar(calls.get(i)) + (i + 1 < calls.size() ? "," : "]");
      if (column + call.length() >= WIDTH && calls.size() > 1) {
        out.append('\n').append(indent);
        column = indent.length();
      } else if (i > 0) {
        out.append(' ');
        column++;
      }
      out.append(call);
      column += call.length();
    }
    out.append(calls.isEmpty() ? "]\n" : "\n");
  }

  private static String condition(ArgumentCondition condition) {
    String mask = condition.mask() == -1L ? "" : ", mask: " + word(condition.mask());
    return "{arg: "
        + condition.index()
        + mask
        + ", "
        + RuleReader.COMPARISONS.get(condition.comparison())
        + ": "
        + word(condition.value())
        + "}";
  }

  private static String word(long word) {
    return PolicySyntax.WORD.render().apply(word);
  }

  private void entries(String key, List<String> entries) {
    out.append(key).append(entries.isEmpty() ? ": []\n" : ":\n");
    for (String entry : entries) {
      out.append("  - ").append(entry).append('\n');
    }
  }

  private static String bind(Bind bind) {
    if (bind.source().equals(bind.target()) && !bind.optional()) {
      return scalar(bind.source());
    }
    String target = bind.source().equals(bind.target()) ? "" : ", target: " + scalar(bind.target());
    return "{source: "
        + scalar(bind.source())
        + target
        + (bind.optional() ? ", optional: true}" : "}");
  }

  private static String tmpfs(Tmpfs tmpfs) {
    return "{path: "
        + scalar(tmpfs.path())
        + ", size: "
        + tmpfs.size()
        + ", inodes: "
        + tmpfs.inodes()
        + ", exec: "
        + tmpfs.exec()
        + "}";
  }

  private void environment(Map<String, String> environment) {
    out.append(environment.isEmpty() ? "environment: {}\n" : "environment:\n");
    environment.forEach(
        (name, value) ->
            out.append("  ").append(scalar(name)).append(": ").append(scalar(value)).append('\n'));
  }

  /** Plain where YAML can take it for nothing else, else in double quotes. */
  static String scalar(String text) {
    if (text.matches("[A-Za-z0-9/_.]([A-Za-z0-9/_.:+=-]*[A-Za-z0-9/_.+=-])?")
        && !text.equals("null")
        && !text.equals("...")) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> append(quoted, c));
    return quoted.append('"').toString();
  }

  private static void append(StringBuilder quoted, int codePoint) {
    if (codePoint == '"' || codePoint == '\\') {
      quoted.append('\\').appendCodePoint(codePoint);
    } else if (codePoint >= ' ' && codePoint < 0x7F) {
      quoted.appendCodePoint(codePoint);
    } else if (codePoint <= 0xFFFF) {
      quoted.append(String.format(Locale.ROOT, "\\u%04X", codePoint));
    } else {
      quoted.append(String.format(Locale.ROOT, "\\U%08X", codePoint));
    }
  }
}
