package dev.stockade.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Requests that an OpenAPI document describes, or almost: each number makes the same again. */
final class GeneratedRequests {
  private static final String JSON = "application/json";

  /** What a request's body is; decides what its answer may be. */
  enum BodyKind {
    NONE,
    JSON,
    NOT_JSON,
    DAMAGED,
    BYTES
  }

  /**
   * A request.
   *
   * @param json what the body says, where it is JSON
   */
  record Generated(
      HttpMethod method,
      String path,
      Map<String, String> headers,
      BodyKind kind,
      @Nullable JsonObject json,
      @Nullable Buffer body) {
    String operation() {
      return method + " " + path.replaceFirst("\\?.*", "");
    }
  }

  /** An operation of the document. */
  private record Operation(
      HttpMethod method, String path, JsonArray parameters, @Nullable JsonObject content) {
    boolean takesJson() {
      return content != null && content.containsKey(JSON);
    }
  }

  private final JsonObject document;
  private final long seed;
  private final List<Operation> withJson = new ArrayList<>();
  private final List<Operation> withOtherBody = new ArrayList<>();
  private final List<Operation> withoutBody = new ArrayList<>();

  GeneratedRequests(Buffer yaml, long seed) {
    this.document = parse(yaml);
    this.seed = seed;
    SchemaValues values = new SchemaValues(document, new Random(seed));
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (HttpMethod method : HttpMethod.values()) {
        JsonObject operation = item.getJsonObject(method.name().toLowerCase(Locale.ROOT));
        if (operation != null) {
          add(operationOf(method, path, item, operation, values));
        }
      }
    }
  }

  private static JsonObject parse(Buffer yaml) {
    try {
      return JsonObject.mapFrom(
          new ObjectMapper(new YAMLFactory()).readValue(yaml.getBytes(), Map.class));
    } catch (IOException e) {
      throw new AssertionError("the served document is not YAML", e);
    }
  }

  private static Operation operationOf(
      HttpMethod method, String path, JsonObject item, JsonObject operation, SchemaValues values) {
    JsonArray parameters = new JsonArray();
    for (JsonObject from : List.of(item, operation)) {
      for (Object parameter : from.getJsonArray("parameters", new JsonArray())) {
        parameters.add(values.resolve((JsonObject) parameter));
      }
    }
    JsonObject body = operation.getJsonObject("requestBody");
    return new Operation(
        method, path, parameters, body == null ? null : body.getJsonObject("content"));
  }

  private void add(Operation operation) {
    if (operation.takesJson()) {
      withJson.add(operation);
    } else {
      (operation.content() == null ? withoutBody : withOtherBody).add(operation);
    }
  }

  /** The request of this number: ten of twelve bring jobs, one has some other body, one none. */
  Generated request(int number) {
    Random random = new Random(seed + number * 0x9E3779B97F4A7C15L);
    List<Operation> operations =
        switch (random.nextInt(12)) {
          case 0 -> withoutBody;
          case 1 -> withOtherBody;
          default -> withJson;
        };
    return new Making(operations.get(random.nextInt(operations.size())), random).make();
  }

  /** One request being made. */
  private final class Making {
    private final Operation operation;
    private final Random random;
    private final SchemaValues values;
    private final Mutations mutations;
    private final Map<String, String> headers = new HashMap<>();
    private final List<String> query = new ArrayList<>();
    private String path;

    Making(Operation operation, Random random) {
      this.operation = operation;
      this.random = random;
      this.values = new SchemaValues(document, random);
      this.mutations = new Mutations(random);
      this.path = operation.path();
    }

    Generated make() {
      operation.parameters().forEach(parameter -> add((JsonObject) parameter));
      if (random.nextInt(40) == 0) {
        query.add("extra=1");
      }
      JsonObject content = operation.content();
      if (content == null) {
        return generated(BodyKind.NONE, null, null);
      }
      if (!operation.takesJson()) {
        return bytes();
      }
      JsonObject body =
          (JsonObject) values.value("", content.getJsonObject(JSON).getJsonObject("schema"));
      return json(body);
    }

    private Generated json(JsonObject body) {
      int way = random.nextInt(10);
      for (int changes = way < 4 ? 0 : 1 + random.nextInt(2); changes > 0; changes--) {
        if (!body.isEmpty()) {
          mutations.change(body);
        }
      }
      byte[] text = body.encode().getBytes(UTF_8);
      return switch (way) {
        case 8 -> generated(BodyKind.NOT_JSON, null, mutations.broken(text));
        case 9 -> generated(BodyKind.DAMAGED, null, mutations.damaged(text));
        default -> generated(BodyKind.JSON, body, text);
      };
    }

    private Generated bytes() {
      byte[] content = StoredBytes.HELLO;
      if (random.nextInt(3) > 0) {
        content = new byte[1 + random.nextInt(300)];
        random.nextBytes(content);
      }
      if (random.nextBoolean()) {
        path = operation.path().replaceFirst("\\{[^}]*}", StoredBytes.sha256(content));
      }
      return generated(BodyKind.BYTES, null, content);
    }

    private Generated generated(BodyKind kind, @Nullable JsonObject json, byte @Nullable [] body) {
      String all = query.isEmpty() ? path : path + "?" + String.join("&", query);
      return new Generated(
          operation.method(), all, headers, kind, json, body == null ? null : Buffer.buffer(body));
    }

    private void add(JsonObject parameter) {
      String name = parameter.getString("name");
      boolean needed = parameter.getBoolean("required", false);
      if (!needed && random.nextInt(3) > 0) {
        return;
      }
      Object fitting = values.value(name, parameter.getJsonObject("schema"));
      String value = random.nextInt(10) == 0 ? oddText() : String.valueOf(fitting);
      switch (parameter.getString("in")) {
        case "path" -> path = path.replace("{" + name + "}", value.isEmpty() ? "x" : url(value));
        case "query" -> addQuery(name, value);
        case "header" -> {
          String more = random.nextInt(10) == 0 ? "" : String.valueOf(random.nextInt(1_000_000));
          headers.put(name, value.replaceAll("[^!-~]", "") + more);
        }
        default -> throw new IllegalStateException("no parameter is in " + parameter);
      }
    }

    private void addQuery(String name, String value) {
      query.add(name + "=" + url(value));
      if (random.nextInt(20) == 0) {
        query.add(name + "=" + url(value));
      }
    }

    private String oddText() {
      List<String> odd =
          List.of("", "-1", "1e9", "9".repeat(40), "\0", "../..", "%", "a b", "x".repeat(1000));
      return odd.get(random.nextInt(odd.size()));
    }
  }

  private static String url(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
