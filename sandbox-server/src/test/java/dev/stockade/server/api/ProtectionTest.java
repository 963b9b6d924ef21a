package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What protects the host, as HTTP has it. */
final class ProtectionTest {
  private static final String STRICT = "/v1/policies/strict/explanation";

  private static ServerFixture server;

  @BeforeAll
  static void open() {
    server = new ServerFixture();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @Test
  void storyHasTheLimitsThatAJobWouldAskFor() {
    JsonObject story =
        server.get(STRICT + "?limits.memory=77MiB&limits.pids=7&limits.cpus=0.5").json();
    assertEquals("strict", story.getString("policy"));
    String text = story.encode();
    assertTrue(text.contains("It has 77MiB of memory and swap together"), text);
    assertTrue(text.contains("It has 7 processes and threads"), text);
    assertTrue(text.contains("It has at most 0.5 s of processor time"), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          limits.memory=900TiB | limits.memory
          limits.cpuTime=soon  | limits.cpuTime
          limits.pids=many     | limits.pids
          limits.cpus=-1       | limits.cpus
          limits.nothing=1     | limits.nothing
          other=1              | other
          """)
  void limitsThatNoJobGetsAreRefused(String query, String field) {
    assertEquals(field, server.get(STRICT + "?" + query).problem(400).getString("field"));
  }

  @Test
  void policyThatIsNotThereIsSaidToBeNone() {
    assertEquals(
        "urn:stockade:problem:no-such-policy",
        server.get("/v1/policies/nothing/explanation").problem(404).getString("type"));
  }
}
