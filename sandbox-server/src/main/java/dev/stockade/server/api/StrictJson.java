package dev.stockade.server.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON that means one thing only: valid UTF-8, each key once, nothing behind the end, bounded
 * depth, number of values and length of numbers.
 */
final class StrictJson {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NUMBER_LENGTH = 64;
  private static final int MAX_NAME_LENGTH = 8192;
  private static final int MAX_TOKENS = 100_000;

  private static final Pattern SOURCE = Pattern.compile("\\[Source: [^;]*; ([^]]*)]");
  private static final Pattern JAVA_NAMES =
      Pattern.compile(
          ", from `[^`]*`|: enable `[^`]*` to allow| \\([^()]*Feature '[^']*'[^()]*\\)");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .maxTokenCount(MAX_TOKENS)
                  // bounded by the body
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private StrictJson() {}

  /**
   * Reads a JSON object.
   *
   * @throws ProblemException with the place of the fault
   */
  static JsonObject decode(byte[] body) {
    CharBuffer text = decodeUtf8(body);
    try (JsonParser parser =
        FACTORY.createParser(text.array(), text.arrayOffset(), text.remaining())) {
      Object value = parser.nextToken() == null ? null : read(parser);
      if (!(value instanceof JsonObject object)) {
        throw bad("must be a JSON object, {…}");
      }
      if (parser.nextToken() != null) {
        throw bad(placeOf(parser.currentTokenLocation()) + "something stands behind the object");
      }
      return object;
    } catch (JsonProcessingException e) {
      throw bad(placeOf(e.getLocation()) + withoutJavaNames(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory does no input", e);
    }
  }

  private static @Nullable Object read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> readArray(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> readDecimal(parser);
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("no value begins with " + parser.currentToken());
    };
  }

  /** As it was written: 0.1 is 0.1. */
  private static BigDecimal readDecimal(JsonParser parser) throws IOException {
    try {
      return parser.getDecimalValue();
    } catch (NumberFormatException outOfRange) {
      throw bad(placeOf(parser.currentTokenLocation()) + "the number's exponent is out of range");
    }
  }

  private static JsonObject readObject(JsonParser parser) throws IOException {
    JsonObject object = new JsonObject();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, read(parser));
    }
    return object;
  }

  private static JsonArray readArray(JsonParser parser) throws IOException {
    JsonArray array = new JsonArray();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(read(parser));
    }
    return array;
  }

  private static CharBuffer decodeUtf8(byte[] body) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(body);
    CharBuffer out = CharBuffer.allocate(body.length);
    CoderResult result = decoder.decode(in, out, true);
    if (!result.isUnderflow()) {
      throw bad("is not valid UTF-8 at byte " + in.position());
    }
    return out.flip();
  }

  /** Jackson's messages name methods and features that only a Java programmer could set. */
  private static String withoutJavaNames(String message) {
    return JAVA_NAMES.matcher(SOURCE.matcher(message).replaceAll("$1")).replaceAll("");
  }

  private static String placeOf(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
  }

  private static ProblemException bad(String message) {
    return new ProblemException(Problem.badRequest("body", message));
  }
}
