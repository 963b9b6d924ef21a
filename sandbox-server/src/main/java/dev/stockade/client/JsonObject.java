package dev.stockade.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that the server sent. What is not as the contract has it is an {@link IOException},
 * unchecked, that names the key.
 */
final class JsonObject {
  /** Outputs may be as long as the server's limits let them; numbers with decimals stay exact. */
  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final JsonNode node;

  private JsonObject(JsonNode node) {
    this.node = node;
  }

  static JsonObject parse(byte[] bytes) {
    try {
      return of(MAPPER.readTree(bytes), "the answer");
    } catch (IOException e) {
      throw new UncheckedIOException("the server's answer is no JSON: " + e.getMessage(), e);
    }
  }

  private static JsonObject of(JsonNode node, String name) {
    if (!node.isObject()) {
      throw bad(name, "no object");
    }
    return new JsonObject(node);
  }

  static UncheckedIOException bad(String name, String what) {
    return new UncheckedIOException(
        new IOException("the server's answer is not as its contract has it: " + name + " " + what));
  }

  boolean has(String name) {
    return node.hasNonNull(name);
  }

  private JsonNode required(String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      throw bad(name, "is missing");
    }
    return value;
  }

  private <T> @Nullable T ifThere(String name, Function<String, T> read) {
    return has(name) ? read.apply(name) : null;
  }

  String text(String name) {
    JsonNode value = required(name);
    if (!value.isTextual()) {
      throw bad(name, "is no text");
    }
    return value.textValue();
  }

  @Nullable String textOrNull(String name) {
    return ifThere(name, this::text);
  }

  long number(String name) {
    JsonNode value = required(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw bad(name, "is no whole number");
    }
    return value.longValue();
  }

  @Nullable Long numberOrNull(String name) {
    return ifThere(name, this::number);
  }

  int count(String name) {
    return Math.toIntExact(number(name));
  }

  @Nullable Integer countOrNull(String name) {
    return ifThere(name, this::count);
  }

  BigDecimal decimal(String name) {
    JsonNode value = required(name);
    if (!value.isNumber()) {
      throw bad(name, "is no number");
    }
    return value.decimalValue();
  }

  boolean flag(String name) {
    JsonNode value = required(name);
    if (!value.isBoolean()) {
      throw bad(name, "is neither true nor false");
    }
    return value.booleanValue();
  }

  @Nullable Boolean flagOrNull(String name) {
    return ifThere(name, this::flag);
  }

  /** A number of nanoseconds. */
  Duration nanos(String name) {
    return Duration.ofNanos(number(name));
  }

  @Nullable Duration nanosOrNull(String name) {
    return ifThere(name, this::nanos);
  }

  Instant time(String name) {
    try {
      return Instant.parse(text(name));
    } catch (DateTimeException e) {
      throw bad(name, "is no time");
    }
  }

  @Nullable Instant timeOrNull(String name) {
    return ifThere(name, this::time);
  }

  byte[] base64(String name) {
    try {
      return Base64.getDecoder().decode(text(name));
    } catch (IllegalArgumentException e) {
      throw bad(name, "is no Base64");
    }
  }

  /** A constant of this name in {@code camelCase}, or as it is. */
  <E extends Enum<E>> E constant(String name, Class<E> type) {
    String text = text(name);
    String upper = text.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(upper)) {
        return constant;
      }
    }
    throw bad(name, "is " + text + ", which this client does not know");
  }

  <E extends Enum<E>> @Nullable E constantOrNull(String name, Class<E> type) {
    return ifThere(name, present -> constant(present, type));
  }

  <T> T object(String name, Function<JsonObject, T> read) {
    return read.apply(of(required(name), name));
  }

  <T> @Nullable T objectOrNull(String name, Function<JsonObject, T> read) {
    return ifThere(name, present -> object(present, read));
  }

  <T> List<T> objects(String name, Function<JsonObject, T> read) {
    return list(name, value -> read.apply(of(value, name)));
  }

  List<String> texts(String name) {
    return list(name, JsonNode::asText);
  }

  /** What the contract calls {@code Bytes}, several of them. */
  List<byte[]> bytes(String name) {
    return list(
        name,
        value ->
            value.isTextual()
                ? value.textValue().getBytes(java.nio.charset.StandardCharsets.UTF_8)
                : of(value, name).base64("base64"));
  }

  private <T> List<T> list(String name, Function<JsonNode, T> read) {
    JsonNode value = required(name);
    if (!value.isArray()) {
      throw bad(name, "is no array");
    }
    List<T> all = new ArrayList<>();
    value.forEach(element -> all.add(read.apply(element)));
    return all;
  }

  /** The values of an object, by their names. */
  <T> Map<String, T> map(String name, Function<JsonNode, T> read) {
    Map<String, T> all = new LinkedHashMap<>();
    required(name).properties().forEach(e -> all.put(e.getKey(), read.apply(e.getValue())));
    return all;
  }

  static JsonObject element(JsonNode value) {
    return of(value, "an element");
  }
}
