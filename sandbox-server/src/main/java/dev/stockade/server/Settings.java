package dev.stockade.server;

import dev.stockade.core.yaml.Shape;
import dev.stockade.core.yaml.Suggestion;
import dev.stockade.core.yaml.YamlException;
import dev.stockade.core.yaml.YamlNode;
import dev.stockade.core.yaml.YamlReader;
import dev.stockade.core.yaml.YamlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the environment and a YAML file say about the options of {@code serve}; the command line
 * comes before the environment, and the environment before the file. Names that are of no option
 * are refused.
 */
final class Settings {
  private static final YamlReader.Dialect DIALECT =
      new YamlReader.Dialect("a configuration", "configurations", false);
  private static final String FILE_OPTION = "--config";

  private final Map<String, Setting> byOption = new HashMap<>();

  private Settings() {}

  /**
   * Reads them.
   *
   * @param options names such as {@code --max-body}
   * @param file as the command line has it; {@code null}: as the environment has it, if it does
   * @throws ConfigException when something is of no option, or the file cannot be used
   */
  static Settings read(
      Collection<String> options, Map<String, String> environment, @Nullable Path file) {
    Settings settings = new Settings();
    String named = environment.get(Setting.variableOf(FILE_OPTION));
    Path used = file != null || named == null ? file : Path.of(named);
    if (used != null) {
      settings.addFile(options, used);
    }
    settings.addEnvironment(options, environment);
    return settings;
  }

  /** What was found for an option. */
  Optional<Setting> of(String option) {
    return Optional.ofNullable(byOption.get(option));
  }

  private void addEnvironment(Collection<String> options, Map<String, String> environment) {
    Map<String, String> known = new HashMap<>();
    options.forEach(option -> known.put(Setting.variableOf(option), option));
    environment.forEach(
        (name, value) -> {
          String option = known.get(name);
          if (option != null) {
            byOption.put(option, new Setting(value, name));
          } else if (Setting.isVariable(name) && !name.equals(Setting.variableOf(FILE_OPTION))) {
            throw new ConfigException(
                "the variable "
                    + name
                    + " is of no option"
                    + Suggestion.of(name, known.keySet().stream().sorted().toList()));
          }
        });
  }

  private void addFile(Collection<String> options, Path file) {
    Map<String, String> known = new HashMap<>();
    options.forEach(option -> known.put(Setting.keyOf(option), option));
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length > YamlReader.MOST_BYTES) {
        throw new ConfigException(file + " has more than 1 MiB");
      }
      YamlNode root =
          YamlReader.read(DIALECT, file.toString(), 0, YamlText.decode(file.toString(), bytes));
      for (YamlNode.Entry entry : Shape.entries(root, "a configuration").entries()) {
        String option = known.get(entry.key());
        if (option == null) {
          throw Shape.unknownKey(entry, "", known.keySet().stream().sorted().toList());
        }
        byOption.put(option, new Setting(text(entry), entry.value().place() + ": " + entry.key()));
      }
    } catch (IOException e) {
      throw new ConfigException(FILE_OPTION + " " + file + " cannot be read: " + e);
    } catch (YamlException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  /** A value, or the values of a list with commas between them. */
  private static String text(YamlNode.Entry entry) {
    if (!(entry.value() instanceof YamlNode.Items items)) {
      return Shape.text(entry.value(), entry.key()).value();
    }
    List<String> texts = new ArrayList<>();
    for (YamlNode item : items.items()) {
      texts.add(Shape.text(item, "an entry of " + entry.key()).value());
    }
    return String.join(",", texts);
  }
}
