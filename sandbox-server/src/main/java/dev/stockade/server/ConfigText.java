package dev.stockade.server;

import dev.stockade.core.policy.Durations;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
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

  private static final String MASKED = "$1***";

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

  /** The value as JSON has it: none is null; numbers and truth are themselves, all else is text. */
  static @Nullable Object json(@Nullable Object value) {
    if (value instanceof Collection<?> list) {
      return new JsonArray(list.stream().map(ConfigText::json).toList());
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    return value instanceof Duration duration
        ? Durations.render(duration)
        : PASSWORD.matcher(value.toString()).replaceAll(MASKED);
  }

  private static String rendered(@Nullable Object value) {
    if (value instanceof Duration duration) {
      return Durations.render(duration);
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(ConfigText::rendered).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof String text) {
      return Json.encode(PASSWORD.matcher(text).replaceAll(MASKED));
    }
    // JSON is YAML: quotes keep a text from being anything else
    return value instanceof Path || value instanceof URI
        ? Json.encode(value.toString())
        : String.valueOf(value);
  }
}
