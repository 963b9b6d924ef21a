package dev.stockade.server.selftest;

import dev.stockade.core.Verdict;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Quote;
import dev.stockade.core.yaml.Shape;
import dev.stockade.core.yaml.Syntax;
import dev.stockade.core.yaml.YamlNode;
import dev.stockade.core.yaml.YamlNode.Entry;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is wanted of an attack. Exactly one of:
 *
 * <ul>
 *   <li>{@code refused}: the whole message with which nothing is run;
 *   <li>{@code denied}: the system call that ends the run as a SECURITY_VIOLATION, by its name;
 *   <li>{@code verdict}.
 * </ul>
 *
 * <p>Standard output must be {@code stdout}, empty when that is absent, or match {@code
 * stdoutPattern}. The rest is looked at where it is said: {@code stderr}, {@code exitCode}, {@code
 * signal}, {@code waitStatus}, {@code killedFor}, {@code truncated} ({@code stdout}, {@code stderr}
 * or {@code either}), the keys of {@link Counter}; {@code files}, {@code fileSizes} and {@code
 * fileErrors} always.
 */
final class WantedReader {
  private static final String IN = "wanted";
  private static final int SIGKILL = 9;
  private static final List<String> HOW = List.of("refused", "denied", "verdict");
  private static final Set<String> KILLED_FOR =
      Set.of("cpuTime", "wallTime", "output", "deniedSyscall");
  private static final List<String> TRUNCATED = List.of("stdout", "stderr", "either");

  private WantedReader() {}

  static Wanted read(YamlNode node) {
    Shape.Fields fields = Shape.fields(node, IN, keys());
    List<String> how = fields.present(HOW);
    if (how.size() != 1) {
      throw node.place().error("wanted has exactly one of " + String.join(", ", HOW));
    }
    Located<String> refused = fields.optional("refused", Syntax.TEXT);
    if (refused != null && fields.byKey().size() > 1) {
      throw node.place().error("what is refused has no result: nothing goes with \"refused\"");
    }
    Located<String> denied = fields.optional("denied", Syntax.TEXT);
    if (denied != null) {
      for (String key : fields.present(List.of("signal", "killedFor", "exitCode", "waitStatus"))) {
        throw node.place().error("key " + Quote.of(key) + " is given by \"denied\"");
      }
    }
    Located<Verdict> verdict =
        fields.optional("verdict", AttackReader.constant(Verdict.class, "verdict"));
    return new Wanted(
        refused == null ? null : AttackReader.known(refused),
        denied == null ? AttackReader.value(verdict) : Verdict.SECURITY_VIOLATION,
        AttackReader.value(fields.optional("exitCode", Syntax.INT)),
        denied == null ? AttackReader.value(fields.optional("signal", Syntax.INT)) : SIGKILL,
        AttackReader.value(fields.optional("waitStatus", Syntax.INT)),
        denied == null ? oneOf(fields, "killedFor", KILLED_FOR) : "deniedSyscall",
        AttackReader.value(denied),
        stdout(fields),
        AttackReader.value(
            fields.optional("stdoutPattern", AttackReader.reading(WantedReader::pattern))),
        text(fields, "stderr"),
        oneOf(fields, "truncated", TRUNCATED),
        AttackReader.texts(fields.node("files"), "wanted.files"),
        sizes(fields.node("fileSizes")),
        AttackReader.texts(fields.node("fileErrors"), "wanted.fileErrors"),
        counters(fields));
  }

  private static Set<String> keys() {
    Set<String> keys = new TreeSet<>(HOW);
    keys.addAll(List.of("exitCode", "signal", "waitStatus", "killedFor", "truncated"));
    keys.addAll(List.of("stdout", "stdoutPattern", "stderr", "files", "fileSizes", "fileErrors"));
    for (Counter counter : Counter.values()) {
      keys.add(counter.key());
    }
    return keys;
  }

  private static @Nullable String stdout(Shape.Fields fields) {
    YamlNode pattern = fields.node("stdoutPattern");
    if (pattern == null) {
      String text = text(fields, "stdout");
      return text == null ? "" : text;
    }
    if (fields.node("stdout") != null) {
      throw pattern.place().error("wanted has either stdout or stdoutPattern");
    }
    return null;
  }

  private static @Nullable String text(Shape.Fields fields, String key) {
    Located<String> text = fields.optional(key, Syntax.TEXT);
    return text == null ? null : AttackReader.known(text);
  }

  private static @Nullable String oneOf(
      Shape.Fields fields, String key, java.util.Collection<String> known) {
    Located<String> text = fields.optional(key, Syntax.TEXT);
    if (text != null && !known.contains(text.value())) {
      throw text.place()
          .error(
              "wanted."
                  + key
                  + ": "
                  + Quote.of(text.value())
                  + " is not one of "
                  + String.join(", ", new TreeSet<>(known)));
    }
    return AttackReader.value(text);
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw Syntax.bad(text, "is no regular expression: " + e.getDescription());
    }
  }

  private static Map<String, Long> sizes(@Nullable YamlNode node) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    if (node != null) {
      for (Entry entry : Shape.entries(node, "wanted.fileSizes").entries()) {
        Syntax<Long> size = AttackReader.reading(text -> ByteSize.parse(text).bytes());
        sizes.put(
            entry.key(),
            Shape.value(entry.value(), "wanted.fileSizes." + entry.key(), size).value());
      }
    }
    return Map.copyOf(sizes);
  }

  private static Map<Counter, Bound> counters(Shape.Fields fields) {
    Map<Counter, Bound> counters = new EnumMap<>(Counter.class);
    for (Counter counter : Counter.values()) {
      Located<Bound> bound = fields.optional(counter.key(), AttackReader.reading(counter::bound));
      if (bound != null) {
        counters.put(counter, bound.value());
      }
    }
    return Map.copyOf(counters);
  }
}
