package dev.stockade.server.selftest;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Durations;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Place;
import dev.stockade.core.yaml.Quote;
import dev.stockade.core.yaml.Shape;
import dev.stockade.core.yaml.Suggestion;
import dev.stockade.core.yaml.Syntax;
import dev.stockade.core.yaml.YamlException;
import dev.stockade.core.yaml.YamlNode;
import dev.stockade.core.yaml.YamlNode.Entry;
import dev.stockade.core.yaml.YamlReader;
import dev.stockade.core.yaml.YamlText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads attack files: a list {@code attacks}, each entry with these keys.
 *
 * <ul>
 *   <li>{@code name}, {@code lesson}, {@code promise}; {@code technique} where it is public;
 *   <li>{@code program}: {@code language} with {@code text} or {@code file}, {@code arguments}, and
 *       {@code with}, C programs that lie beside it; or {@code command}, a list of words;
 *   <li>{@code policy} (default: {@code default}), {@code terminal} (default: {@code false}, pipes;
 *       {@code stdin} is empty on one), {@code limits}, {@code stdin}, {@code files}, {@code
 *       executables}, {@code environment}, {@code outputFiles};
 *   <li>{@code wanted}: see {@link WantedReader};
 *   <li>{@code canaries}: what the attack is after on the host, of {@link CanaryKind}. All are
 *       looked at after each attack.
 * </ul>
 *
 * Whatever is wrong is a {@link YamlException} with file, line and column.
 */
public final class AttackReader {
  private static final YamlReader.Dialect DIALECT =
      new YamlReader.Dialect("an attack file", "attack files", false);
  private static final int LONGEST_NAME = 160;
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "lesson",
          "promise",
          "technique",
          "program",
          "policy",
          "terminal",
          "limits",
          "stdin",
          "files",
          "executables",
          "environment",
          "outputFiles",
          "wanted",
          "canaries");

  /** Finds the text of a program that lies in a file of its own; empty when there is none. */
  @FunctionalInterface
  public interface Programs {
    Optional<String> find(String name);
  }

  private final Programs programs;
  private final Map<String, Place> names = new LinkedHashMap<>();
  private final List<Attack> attacks = new ArrayList<>();

  public AttackReader(Programs programs) {
    this.programs = programs;
  }

  /**
   * Reads one more file.
   *
   * @param file what messages call it
   * @throws YamlException when it is wrong, or has a name that an earlier file has
   */
  public AttackReader read(String file, byte[] bytes) {
    YamlNode root = YamlReader.read(DIALECT, file, 0, YamlText.decode(file, bytes));
    Shape.Fields top = Shape.fields(root, "an attack file", Set.of("attacks"));
    for (YamlNode item : Shape.items(required(top, "attacks"), "attacks").items()) {
      Attack attack = attack(item);
      Place earlier = names.put(attack.name(), attack.place());
      if (earlier != null) {
        throw attack
            .place()
            .error(
                "another attack is called "
                    + Quote.of(attack.name())
                    + ", see "
                    + earlier.file()
                    + ":"
                    + earlier.line());
      }
      attacks.add(attack);
    }
    return this;
  }

  /** All that was read, in its order. */
  public List<Attack> attacks() {
    return List.copyOf(attacks);
  }

  private Attack attack(YamlNode node) {
    Shape.Fields fields = Shape.fields(node, "attacks", KEYS);
    Located<String> policy = fields.optional("policy", Syntax.TEXT);
    Located<String> stdin = fields.optional("stdin", Syntax.TEXT);
    Located<Boolean> terminal = fields.optional("terminal", Syntax.BOOLEAN);
    Located<String> technique = fields.optional("technique", Syntax.TEXT);
    Located<String> name = fields.required("name", Syntax.TEXT);
    if (name.value().isBlank()
        || name.value().length() > LONGEST_NAME
        || name.value().contains("\n")) {
      throw name.place().error("a name is one line of at most " + LONGEST_NAME + " characters");
    }
    return new Attack(
        name.place(),
        name.value(),
        fields.required("lesson", constant(Lesson.class, "lesson")).value(),
        fields.required("promise", constant(Promise.class, "promise")).value(),
        technique == null ? null : technique.value(),
        policy == null ? "default" : policy.value(),
        terminal != null && terminal.value(),
        program(required(fields, "program")),
        limits(fields.node("limits")),
        stdin == null ? "" : stdin.value(),
        texts(fields.node("files"), "files"),
        texts(fields.node("executables"), "executables"),
        texts(fields.node("environment"), "environment"),
        words(fields.node("outputFiles"), "outputFiles"),
        WantedReader.read(required(fields, "wanted")),
        canaries(fields.node("canaries")));
  }

  static YamlNode required(Shape.Fields fields, String key) {
    YamlNode node = fields.node(key);
    if (node == null) {
      throw fields
          .place()
          .error("key " + Quote.of(key) + " is missing in an entry of " + fields.in());
    }
    return node;
  }

  /** The name of an enum's constant as it is in the code. */
  static <E extends Enum<E>> Syntax<E> constant(Class<E> type, String what) {
    return new Syntax<>(
        text -> {
          Set<String> known = new TreeSet<>();
          for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
              return constant;
            }
            known.add(constant.name());
          }
          throw Syntax.bad(text, "is no " + what + Suggestion.of(text, known));
        },
        Enum::name);
  }

  private AttackProgram program(YamlNode node) {
    Shape.Fields fields =
        Shape.fields(
            node, "program", Set.of("language", "text", "file", "arguments", "with", "command"));
    YamlNode command = fields.node("command");
    if (command != null) {
      for (String other : fields.present(List.of("language", "text", "file", "arguments"))) {
        throw node.place().error("key " + Quote.of(other) + " does not go with \"command\"");
      }
      List<String> words = words(command, "program.command");
      if (words.isEmpty()) {
        throw command.place().error("program.command names no program");
      }
      return new AttackProgram(
          AttackProgram.Language.COMMAND, "", "", words, companions(fields), node.place());
    }
    AttackProgram.Language language =
        fields.required("language", new Syntax<>(AttackReader::language, Object::toString)).value();
    Located<String> text = fields.optional("text", Syntax.TEXT);
    Located<String> file = fields.optional("file", Syntax.TEXT);
    if ((text == null) == (file == null)) {
      throw node.place().error("a program has either text or file");
    }
    Located<String> source = text == null ? stored(file) : text;
    if (language == AttackProgram.Language.MACHINE_CODE) {
      checked(() -> MachineCode.parse(source.value()), source.place(), "program.text");
    }
    return new AttackProgram(
        language,
        file == null ? "inline" : file.value(),
        known(source),
        words(fields.node("arguments"), "program.arguments"),
        companions(fields),
        node.place());
  }

  private List<String> companions(Shape.Fields fields) {
    List<String> companions = words(fields.node("with"), "program.with");
    for (String companion : companions) {
      stored(new Located<>(companion, required(fields, "with").place()));
    }
    return companions;
  }

  private Located<String> stored(@Nullable Located<String> file) {
    if (file == null) {
      throw new IllegalStateException("neither text nor file");
    }
    String text =
        programs
            .find(file.value())
            .orElseThrow(
                () -> file.place().error("there is no program file " + Quote.of(file.value())));
    return new Located<>(text, file.place());
  }

  private static AttackProgram.Language language(String text) {
    List<String> known = new ArrayList<>();
    for (AttackProgram.Language language : AttackProgram.Language.values()) {
      if (language != AttackProgram.Language.COMMAND) {
        if (language.word().equals(text)) {
          return language;
        }
        known.add(language.word());
      }
    }
    throw Syntax.bad(text, "is not one of " + String.join(", ", known));
  }

  private static LimitOverrides limits(@Nullable YamlNode node) {
    if (node == null) {
      return LimitOverrides.NONE;
    }
    Shape.Fields fields =
        Shape.fields(
            node, "limits", Set.of("cpuTime", "wallTime", "memory", "pids", "output", "cpus"));
    Syntax<Duration> duration = new Syntax<>(Durations::parse, Durations::render);
    Syntax<ByteSize> size = new Syntax<>(ByteSize::parse, ByteSize::toString);
    return new LimitOverrides(
        value(fields.optional("cpuTime", duration)),
        value(fields.optional("wallTime", duration)),
        value(fields.optional("memory", size)),
        value(fields.optional("pids", Syntax.INT)),
        value(fields.optional("output", size)),
        value(fields.optional("cpus", Syntax.DECIMAL)));
  }

  static <T> @Nullable T value(@Nullable Located<T> located) {
    return located == null ? null : located.value();
  }

  private static Set<CanaryKind> canaries(@Nullable YamlNode node) {
    Set<CanaryKind> kinds = EnumSet.noneOf(CanaryKind.class);
    if (node != null) {
      for (YamlNode item : Shape.items(node, "canaries").items()) {
        kinds.add(Shape.value(item, "a canary", Syntax.choice(CanaryKind.class)).value());
      }
    }
    return Set.copyOf(kinds);
  }

  static List<String> words(@Nullable YamlNode node, String what) {
    List<String> words = new ArrayList<>();
    if (node != null) {
      for (YamlNode item : Shape.items(node, what).items()) {
        words.add(known(Shape.text(item, "an entry of " + what)));
      }
    }
    return List.copyOf(words);
  }

  static Map<String, String> texts(@Nullable YamlNode node, String what) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (node != null) {
      for (Entry entry : Shape.entries(node, what).entries()) {
        texts.put(entry.key(), known(Shape.text(entry.value(), what + "." + entry.key())));
      }
    }
    return java.util.Collections.unmodifiableMap(texts);
  }

  /** A text all of whose placeholders are known. */
  static String known(Located<String> text) {
    Optional<String> unknown = Placeholders.unknownIn(text.value());
    if (unknown.isPresent()) {
      throw text.place()
          .error(
              "there is no value "
                  + Quote.of("${" + unknown.get() + "}")
                  + suggestion(unknown.get(), Placeholders.NAMES));
    }
    return text.value();
  }

  private static String suggestion(String word, Collection<String> known) {
    return Suggestion.of(word, new TreeSet<>(known));
  }

  private static void checked(Runnable parse, Place place, String what) {
    try {
      parse.run();
    } catch (IllegalArgumentException e) {
      throw place.error(what + ": " + e.getMessage());
    }
  }

  /** A syntax for what is only read. */
  static <T> Syntax<T> reading(Function<String, T> parse) {
    return new Syntax<>(parse, String::valueOf);
  }
}
