package dev.stockade.server.api;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What goes wrong with bodies: in what they say, or already in how it is written. */
final class Mutations {
  private final Random random;

  Mutations(Random random) {
    this.random = random;
  }

  /** A value within a body. */
  private record Place(Object container, Object key) {
    void put(Object value) {
      if (container instanceof JsonObject object) {
        object.put((String) key, value);
      } else {
        ((JsonArray) container).set((Integer) key, value);
      }
    }

    void remove() {
      if (container instanceof JsonObject object) {
        object.remove((String) key);
      } else {
        ((JsonArray) container).remove((int) (Integer) key);
      }
    }

    Object value() {
      return container instanceof JsonObject object
          ? object.getValue((String) key)
          : ((JsonArray) container).getValue((Integer) key);
    }
  }

  /** Changes one value of the body, wherever it stands. */
  void change(JsonObject body) {
    List<Place> places = new ArrayList<>();
    collect(body, places);
    Place place = any(places);
    switch (random.nextInt(8)) {
      case 0 -> place.remove();
      case 1 -> place.put(otherKind());
      case 2 -> place.put(oddNumber());
      case 3 -> place.put(oddString());
      case 4 -> addKey(place);
      case 5 -> place.put(nested(1 + random.nextInt(60)));
      case 6 -> place.put(many(place.value()));
      default -> place.put(new JsonObject().put("base64", place.value()));
    }
  }

  private static void collect(Object value, List<Place> places) {
    if (value instanceof JsonObject object) {
      for (String key : object.fieldNames()) {
        places.add(new Place(object, key));
        collect(object.getValue(key), places);
      }
    } else if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        places.add(new Place(array, i));
        collect(array.getValue(i), places);
      }
    }
  }

  private Object otherKind() {
    return any(List.of("", "1", 1, true, new JsonObject(), new JsonArray(), nothing(), 0.5));
  }

  private static JsonArray nothing() {
    return new JsonArray().addNull();
  }

  private Object oddNumber() {
    return any(
        List.of(
            -1,
            0,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            BigInteger.TEN.pow(60),
            BigInteger.TEN.pow(60).negate(),
            BigInteger.TEN.pow(100),
            new BigDecimal("1E+400"),
            new BigDecimal("1E-400"),
            new BigDecimal("1E+2147483647"),
            new BigDecimal("1E-2147483647"),
            new BigDecimal("1.0000000000000000000000001"),
            0.1));
  }

  private String oddString() {
    return any(
        List.of(
            "\0",
            "a\0b",
            "\ud800",
            "\udfff\ud800",
            "\u202e\u001b[31m",
            "../../etc/passwd",
            "/",
            ".",
            "a/",
            "ﬀ\u0301\ufeff",
            "'; DROP TABLE job; --",
            "${jndi:ldap://x}",
            "%00%n",
            "9".repeat(70),
            "a/".repeat(300) + "a",
            "x".repeat(20_000)));
  }

  private void addKey(Place place) {
    Object object = place.value() instanceof JsonObject inner ? inner : place.container();
    if (object instanceof JsonObject map) {
      map.put(any(List.of("extra", "", "\0", "__proto__", "$ref", "x".repeat(5000))), otherKind());
    } else {
      ((JsonArray) object).add(otherKind());
    }
  }

  private static JsonArray nested(int depth) {
    JsonArray value = new JsonArray();
    for (int i = 1; i < depth; i++) {
      value = new JsonArray().add(value);
    }
    return value;
  }

  /** So often that the body stays far below the most that a server takes. */
  private JsonArray many(Object value) {
    JsonArray array = new JsonArray().add(value);
    int most = Math.min(5000, 40_000 / array.encode().length());
    for (int i = random.nextInt(1 + most); i > 0; i--) {
      array.add(value instanceof Shareable part ? part.copy() : value);
    }
    return array;
  }

  /** A text that cannot be a body, whatever the body says that it is made of. */
  byte[] broken(byte[] text) {
    return switch (random.nextInt(10)) {
      case 0 -> Arrays.copyOf(text, random.nextInt(text.length));
      case 1 -> insert(text, 1, "\"twice\":1,\"twice\":1" + (text.length > 2 ? "," : ""));
      case 2 -> insert(text, random.nextInt(text.length), "\u00ff\u00fe");
      case 3 -> insert(text, text.length, any(List.of("x", "{}", "]", "\0")));
      case 4 -> insert(text, 1, "\"x\":" + "[".repeat(20_000));
      case 5 -> ("{\"x\":" + "[".repeat(2000) + "]".repeat(2000) + "}").getBytes(UTF_8);
      case 6 -> new String(text, UTF_8).getBytes(UTF_16BE);
      case 7 -> insert(text, 0, any(List.of("\u00ef\u00bb\u00bf", "/**/", "[", "NaN")));
      case 8 ->
          ("{\"x\":" + any(List.of("NaN", "01", "+1", ".5", "0x1", "'a'", "1_0")) + "}")
              .getBytes(UTF_8);
      default ->
          any(List.of("null", "[]", "\"x\"", "1", "true", " ", "-", "{\"a\":}", "{\"a\"}"))
              .getBytes(UTF_8);
    };
  }

  /** A text of which anything may be left. */
  byte[] damaged(byte[] text) {
    byte[] changed = text.clone();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return changed;
  }

  /**
   * @param more each character is a byte
   */
  private static byte[] insert(byte[] text, int at, String more) {
    return Buffer.buffer()
        .appendBytes(text, 0, at)
        .appendBytes(more.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
        .appendBytes(text, at, text.length - at)
        .getBytes();
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
