package dev.stockade.server.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The OpenAPI document: as it is served, and as vertx-openapi validates against it. */
final class Contract {
  private static final String RESOURCE = "/openapi.yaml";

  /**
   * Media types of answers that vertx-openapi 5.0 refuses to load, and what stands for them in its
   * copy of the document. The served document is untouched.
   */
  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          Problem.CONTENT_TYPE,
          "application/vnd.stockade.problem+json",
          "application/yaml",
          "text/plain",
          "text/event-stream",
          "text/plain");

  private final Buffer document;
  private final OpenAPIContract openApi;

  private Contract(Buffer document, OpenAPIContract openApi) {
    this.document = document;
    this.openApi = openApi;
  }

  /** Reads the document from the class path. Blocks for a moment. */
  static Future<Contract> load(Vertx vertx) {
    Buffer document = read();
    return OpenAPIContract.from(vertx, renameMediaTypes(parse(document)))
        .map(openApi -> new Contract(document, openApi));
  }

  private static Buffer read() {
    try (InputStream in = Contract.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " cannot be read", e);
    }
  }

  private static JsonObject parse(Buffer document) {
    try {
      Map<?, ?> tree =
          new ObjectMapper(new YAMLFactory()).readValue(document.getBytes(), Map.class);
      return JsonObject.mapFrom(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " is not YAML", e);
    }
  }

  private static JsonObject renameMediaTypes(JsonObject object) {
    JsonObject renamed = new JsonObject();
    for (String key : object.fieldNames()) {
      renamed.put(MEDIA_TYPES.getOrDefault(key, key), renameMediaTypes(object.getValue(key)));
    }
    return renamed;
  }

  private static Object renameMediaTypes(Object value) {
    if (value instanceof JsonObject object) {
      return renameMediaTypes(object);
    }
    if (value instanceof JsonArray array) {
      JsonArray renamed = new JsonArray();
      array.forEach(element -> renamed.add(renameMediaTypes(element)));
      return renamed;
    }
    return value;
  }

  /** What stands for a media type in vertx-openapi's copy of the document. */
  static String mediaTypeForValidation(String mediaType) {
    return MEDIA_TYPES.getOrDefault(mediaType, mediaType);
  }

  Buffer document() {
    return document;
  }

  OpenAPIContract openApi() {
    return openApi;
  }
}
