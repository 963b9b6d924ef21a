package dev.stockade.server;

import dev.stockade.core.policy.Durations;
import io.vertx.core.json.Json;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A configuration as a file that could be read again, each value with where it came from. */
final class ConfigText {
  private static final int COLUMN = 40;

  /** In the URL of a database. */
  private static final Pattern PASSWORD = Pattern.compile("(?i)([?&]password=)[^&]*");

  private ConfigText() {}

  /**
   * One line of it.
   *
   * @param value as the option has it; {@code null} and an empty list are none
   * @param source where it came from
   */
  static String line(String option, @Nullable Object value, String source) {
    String key = Setting.keyOf(option);
    boolean none = value == null || (value instanceof Collection<?> list && list.isEmpty());
    String text = none ? "# " + key + ":" : key + ": " + rendered(value);
    return text + " ".repeat(Math.max(1, COLUMN - text.length())) + "# " + source;
  }

  private static String rendered(@Nullable Object value) {
    if (value instanceof Duration duration) {
      return Durations.render(duration);
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(ConfigText::rendered).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof String text) {
      return Json.encode(PASSWORD.matcher(text).replaceAll("$1***"));
    }
    // JSON is YAML: quotes keep a text from being anything else
    return value instanceof Path || value instanceof URI
        ? Json.encode(value.toString())
        : String.valueOf(value);
  }
}
