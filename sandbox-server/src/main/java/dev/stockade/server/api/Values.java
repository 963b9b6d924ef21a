package dev.stockade.server.api;

import dev.stockade.server.job.Utf8;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
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
  private static final int MAX_ARGUMENTS = 4096;

  /** MAX_ARG_STRLEN, which counts the NUL at the end. */
  private static final int MAX_ARGUMENT_BYTES = 131_071;

  private final FieldErrors errors;

  Values(FieldErrors errors) {
    this.errors = errors;
  }

  /** Notes every key that is not known. */
  void onlyKeys(JsonObject object, String parent, Set<String> known, String owner) {
    for (String key : object.fieldNames()) {
      if (!known.contains(key)) {
        String field = parent.isEmpty() ? Shown.key(key) : parent + "." + Shown.key(key);
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

  /** An object with nothing but {@code content} or {@code base64}. */
  byte[] bytesInObject(@Nullable Object value, String field) {
    JsonObject object = object(value, field);
    onlyKeys(object, field, Set.of("content", "base64"), "bytes");
    if (object.containsKey("content") == object.containsKey("base64")) {
      errors.add(field, "must have content or base64");
      return NOTHING;
    }
    if (object.containsKey("base64")) {
      return base64(object.getValue("base64"), field + ".base64");
    }
    String place = field + ".content";
    return utf8(text(object.getValue("content"), place), place);
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

  /** Arguments of a program, byte for byte; their fields are {@code field[0]} … */
  List<byte[]> arguments(@Nullable Object value, String field) {
    List<byte[]> arguments = new ArrayList<>();
    if (value instanceof String) {
      errors.add(field, "must be an array, one string for each argument: no shell splits it");
      return arguments;
    }
    List<@Nullable Object> list = list(value, field, MAX_ARGUMENTS);
    for (int i = 0; i < list.size(); i++) {
      String place = field + "[" + i + "]";
      byte[] argument = bytes(list.get(i), place);
      if (hasNul(argument)) {
        errors.add(place, "has a NUL byte in it, which no argument can have");
      } else if (argument.length > MAX_ARGUMENT_BYTES) {
        errors.add(
            place,
            "has " + argument.length + " bytes; an argument has at most " + MAX_ARGUMENT_BYTES);
      }
      arguments.add(argument);
    }
    return arguments;
  }

  private static boolean hasNul(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  /** A whole number; {@code least} when it is none. */
  int whole(@Nullable Object value, String field, int least, int most) {
    if (!(value instanceof Integer number) || number < least || number > most) {
      errors.add(field, "must be a whole number from " + least + " to " + most);
      return least;
    }
    return number;
  }

  /** A decimal number as it was written; 0 when it is none, or out of bounds. */
  BigDecimal decimal(@Nullable Object value, String field, DecimalBounds bounds) {
    BigDecimal number = null;
    if (value instanceof BigDecimal decimal) {
      number = decimal;
    } else if (value instanceof Integer || value instanceof Long) {
      number = BigDecimal.valueOf(((Number) value).longValue());
    } else if (value instanceof BigInteger integer) {
      number = new BigDecimal(integer);
    } else if (value instanceof Double || value instanceof Float) {
      throw new IllegalStateException("numbers are read as they were written: " + value);
    }
    if (number == null) {
      errors.add(field, "must be a number, not " + kindOf(value));
      return BigDecimal.ZERO;
    }
    if (number.signum() < 0 || number.compareTo(bounds.most()) > 0) {
      errors.add(field, "must be from 0 to " + bounds.most().toPlainString());
      return BigDecimal.ZERO;
    }
    if (number.signum() != 0 && number.stripTrailingZeros().scale() > bounds.decimals()) {
      errors.add(field, "has more than " + bounds.decimals() + " decimals");
      return BigDecimal.ZERO;
    }
    return number;
  }

  /**
   * What a decimal number may be.
   *
   * @param most the largest
   * @param decimals digits behind the point
   */
  record DecimalBounds(BigDecimal most, int decimals) {}

  boolean flag(@Nullable Object value, String field) {
    if (!(value instanceof Boolean flag)) {
      errors.add(field, "must be a boolean, not " + kindOf(value));
      return false;
    }
    return flag;
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
