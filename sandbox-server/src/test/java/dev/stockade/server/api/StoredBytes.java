package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.server.api.ServerFixture.Answer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** Bytes and where they are stored, for tests of stored files. */
final class StoredBytes {
  static final byte[] HELLO = "hello".getBytes(UTF_8);
  static final String HELLO_HASH = sha256(HELLO);

  /** The name of no file that is stored. */
  static final String ABSENT = "0".repeat(64);

  private StoredBytes() {}

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static String pathOf(byte[] bytes) {
    return "/v1/files/" + sha256(bytes);
  }

  static Answer put(ServerFixture server, String path, byte[] bytes) {
    return await(server.begin(HttpMethod.PUT, path, Buffer.buffer(bytes)));
  }

  static Answer put(ServerFixture server, byte[] bytes) {
    return put(server, pathOf(bytes), bytes);
  }

  static JsonObject stored(String sha256) {
    return new JsonObject().put("sha256", sha256);
  }

  static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static String accepted(ServerFixture server, JsonObject job) {
    Answer answer = server.post("/v1/jobs", job);
    assertEquals(202, answer.status());
    return answer.json().getString("id");
  }
}
