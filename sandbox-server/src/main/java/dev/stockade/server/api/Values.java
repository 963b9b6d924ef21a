package dev.stockade.server.api;

import dev.stockade.server.job.Utf8;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of a request; a fault is noted with its field and a harmless value takes its place,
 * so that one answer can name every fault.
 */
final class Values {
  private static final byte[] NOTHING = {};

  private final FieldErrors errors;

  Values(FieldErrors errors) {
    this.errors = errors;
  }

  /** Notes every key that is not known. */
  void onlyKeys(JsonObject object, String parent, Set<String> known, String owner) {
    for (String key : object.fieldNames()) {
      if (!known.contains(key)) {
        String field = parent.isEmpty() ? Shown.plain(key) : parent + "." + Shown.plain(key);
        errors.add(
            field, "is not a key of " + owner + "; its keys are " + String.join(", ", known));
      }
    }
  }

  String text(Object value, String field) {
    if (!(value instanceof String text)) {
      errors.add(field, "must be a string, not " + kindOf(value));
      return "";
    }
    if (Utf8.encode(text) == null) {
      errors.add(field, "has half a surrogate pair; it is not text");
      return "";
    }
    return text;
  }

  /** Text, or an object with nothing but {@code base64}. */
  byte[] bytes(@Nullable Object value, String field) {
    if (value instanceof JsonObject object) {
      onlyKeys(object, field, Set.of("base64"), "bytes");
      if (!object.containsKey("base64")) {
        errors.add(field, "must be a string, or {\"base64\": …}");
        return NOTHING;
      }
      return base64(object.getValue("base64"), field + ".base64");
    }
    if (!(value instanceof String text)) {
      errors.add(field, "must be a string, or {\"base64\": …}, not " + kindOf(value));
      return NOTHING;
    }
    return utf8(text, field);
  }

  byte[] utf8(String text, String field) {
    byte[] bytes = Utf8.encode(text);
    if (bytes == null) {
      errors.add(
          field, "has half a surrogate pair; what is not text is written as {\"base64\": …}");
      return NOTHING;
    }
    return bytes;
  }

  byte[] base64(@Nullable Object value, String field) {
    if (!(value instanceof String text)) {
      errors.add(field, "must be a string, not " + kindOf(value));
      return NOTHING;
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      errors.add(field, "is not base64 (RFC 4648, with + and /)");
      return NOTHING;
    }
  }

  JsonObject object(@Nullable Object value, String field) {
    if (value instanceof JsonObject object) {
      return object;
    }
    errors.add(field, "must be an object, not " + kindOf(value));
    return new JsonObject();
  }

  /** The array's values; their fields are {@code field[0]}, {@code field[1]} … */
  List<@Nullable Object> list(@Nullable Object value, String field, int most) {
    List<@Nullable Object> values = new ArrayList<>();
    if (!(value instanceof JsonArray array)) {
      errors.add(field, "must be an array, not " + kindOf(value));
    } else if (array.size() > most) {
      errors.add(field, "has " + array.size() + " values; it has at most " + most);
    } else {
      for (int i = 0; i < array.size(); i++) {
        values.add(array.getValue(i));
      }
    }
    return values;
  }

  static String kindOf(@Nullable Object value) {
    if (value == null) {
      return "null (leave the key out)";
    }
    if (value instanceof String) {
      return "a string";
    }
    if (value instanceof Number) {
      return "a number";
    }
    if (value instanceof Boolean) {
      return "a boolean";
    }
    return value instanceof JsonArray ? "an array" : "an object";
  }
}
