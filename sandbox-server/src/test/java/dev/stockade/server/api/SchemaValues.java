package dev.stockade.server.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Values that schemas of an OpenAPI document allow, chosen by a random source. Knows the JSON
 * Schema that the document uses, and refuses any other, so that nothing new goes untested.
 */
final class SchemaValues {
  /** Stands for the id of some job that was accepted. */
  static final String ACCEPTED_ID = "ACCEPTED-ID";

  private static final Set<String> KNOWN =
      Set.of(
          "$ref",
          "type",
          "description",
          "default",
          "examples",
          "enum",
          "const",
          "oneOf",
          "anyOf",
          "required",
          "properties",
          "additionalProperties",
          "propertyNames",
          "minProperties",
          "maxProperties",
          "items",
          "minItems",
          "maxItems",
          "minLength",
          "maxLength",
          "pattern",
          "minimum",
          "maximum",
          "exclusiveMinimum");

  /** What keeps to a pattern; some of it is not what the server takes. */
  private static final Map<String, List<String>> BY_PATTERN =
      Map.of(
          "^(?=.)([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?([0-9]+us)?([0-9]+ns)?$",
          mostly("1s", "1h", "500ms", "99999999999999999999s", "1s500ms", "0s"),
          "^[0-9]+([KMGT]i?)?B$",
          mostly("64MiB", "1TiB", "1MB", "99999999999999999999B", "4KiB", "0B"),
          "^[0-9a-f]{64}$",
          List.of(StoredBytes.HELLO_HASH, StoredBytes.ABSENT),
          "^[!-~]+$",
          List.of("k", "!~", "a-b.c_d"));

  /** Words that mean something in a place of this name. */
  private static final Map<String, List<String>> BY_NAME =
      Map.of(
          "language", mostly("python", "rust", "cpp", "klingon"),
          "policy", mostly("default", "nobody's", "strict", ""),
          "main", List.of("a", "a/b.py", "Main.java"),
          "command", mostly("cat", "", "echo", "-"),
          "name", List.of("a", "b", "c", "g"),
          "group", List.of("g", "a"),
          "base64", mostly("aGVsbG8=", "AA==", "", "_-8=", "A"),
          "url", List.of("https://judge.example/ended", "nothing"),
          "after", List.of("", "x", "1"),
          "id", mostly(ACCEPTED_ID, "0".repeat(32)));

  private static final List<String> WORDS =
      List.of("", "a", "x y", "ünïcödé", "\ud83d\ude00", "a/b", "line\nline\n", "x".repeat(2000));

  /** Each second one is rare. */
  private static List<String> mostly(String... words) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      all.addAll(Collections.nCopies(i % 2 == 0 ? 12 : 1, words[i]));
    }
    return all;
  }

  private final JsonObject document;
  private final Random random;

  /** One of so many properties that may be absent is there. */
  private final int rarity;

  SchemaValues(JsonObject document, Random random) {
    this.document = document;
    this.random = random;
    this.rarity = any(List.of(4, 15, 30));
  }

  /** The schema, or whatever else, that a reference leads to. */
  JsonObject resolve(JsonObject object) {
    String reference = object.getString("$ref");
    if (reference == null) {
      return object;
    }
    JsonObject place = document;
    for (String part : reference.substring(2).split("/", -1)) {
      place = place.getJsonObject(part);
    }
    return resolve(place);
  }

  /**
   * A value.
   *
   * @param name of the property or parameter whose value it is
   */
  Object value(String name, JsonObject reference) {
    JsonObject schema = resolve(reference);
    Set<String> unknown = new TreeSet<>(schema.fieldNames());
    unknown.removeAll(KNOWN);
    if (!unknown.isEmpty()) {
      throw new IllegalStateException("no value is known for schemas with " + unknown);
    }
    if (schema.containsKey("const")) {
      return schema.getValue("const");
    }
    if (schema.containsKey("enum")) {
      return any(schema.getJsonArray("enum").stream().toList());
    }
    if (schema.containsKey("oneOf")) {
      JsonArray kinds = schema.getJsonArray("oneOf");
      return value(name, kinds.getJsonObject(random.nextInt(kinds.size())));
    }
    return switch (typeOf(schema)) {
      case "object" -> object(schema);
      case "array" -> array(name, schema);
      case "string" -> string(name, schema);
      case "integer" -> integer(schema);
      case "number" -> number(schema);
      case "boolean" -> random.nextBoolean();
      default -> throw new IllegalStateException("no value of type " + schema.getValue("type"));
    };
  }

  private String typeOf(JsonObject schema) {
    return schema.getValue("type") instanceof JsonArray types
        ? any(types.stream().map(String.class::cast).toList())
        : schema.getString("type");
  }

  private JsonObject object(JsonObject schema) {
    Set<String> wanted = new TreeSet<>(names(schema.getJsonArray("required", new JsonArray())));
    JsonArray ways = schema.getJsonArray("anyOf", new JsonArray());
    if (!ways.isEmpty()) {
      JsonObject way = ways.getJsonObject(random.nextInt(ways.size()));
      wanted.addAll(names(way.getJsonArray("required")));
    }
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    JsonObject value = new JsonObject();
    for (String property : properties.fieldNames()) {
      if (wanted.contains(property) || random.nextInt(rarity) == 0) {
        value.put(property, value(property, properties.getJsonObject(property)));
      }
    }
    List<String> all = List.copyOf(properties.fieldNames());
    while (value.size() < schema.getInteger("minProperties", 0)) {
      String property = any(all);
      value.put(property, value(property, properties.getJsonObject(property)));
    }
    while (value.size() > schema.getInteger("maxProperties", Integer.MAX_VALUE)) {
      value.remove(any(all));
    }
    if (schema.getValue("additionalProperties") instanceof JsonObject others) {
      for (int more = random.nextInt(3); more > 0; more--) {
        value.put(any(List.of("a", "a/b.py", "testlib.h", "ü")), value("", others));
      }
    }
    return value;
  }

  private static List<String> names(JsonArray array) {
    return array.stream().map(String.class::cast).toList();
  }

  private JsonArray array(String name, JsonObject schema) {
    int least = schema.getInteger("minItems", 0);
    int size = least + random.nextInt(3);
    JsonArray value = new JsonArray();
    for (int i = 0; i < size; i++) {
      value.add(value(name, schema.getJsonObject("items")));
    }
    return value;
  }

  private String string(String name, JsonObject schema) {
    String pattern = schema.getString("pattern");
    if (pattern != null) {
      List<String> fitting = BY_PATTERN.get(pattern);
      if (fitting == null) {
        throw new IllegalStateException("no text is known for the pattern " + pattern);
      }
      return any(fitting);
    }
    List<String> words = BY_NAME.get(name);
    if (words != null && random.nextInt(10) > 0) {
      return any(words);
    }
    int least = schema.getInteger("minLength", 0);
    int most = schema.getInteger("maxLength", Integer.MAX_VALUE);
    return any(
        WORDS.stream().filter(word -> word.length() >= least && word.length() <= most).toList());
  }

  private Object integer(JsonObject schema) {
    int least = schema.getInteger("minimum", 0);
    int most = schema.getInteger("maximum", Integer.MAX_VALUE);
    return any(List.of(least, most, Math.min(most, least + 1), Math.min(most, least + 7)));
  }

  private Object number(JsonObject schema) {
    BigDecimal tiny = new BigDecimal("0.000001");
    List<Object> fitting = new ArrayList<>(List.of(1, 0.5, tiny));
    if (schema.containsKey("minimum")) {
      fitting.add(schema.getValue("minimum"));
    }
    if (schema.containsKey("maximum")) {
      fitting.add(schema.getValue("maximum"));
    }
    return any(fitting);
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
