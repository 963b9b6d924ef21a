package dev.stockade.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A test of a job's program; {@code null} for what the server is not told.
 *
 * @param name each is there once; without one the test's number is its name
 * @param stdin standard input of the program
 * @param expected the expected output, or what a checker program calls the answer
 * @param weight the most points that it can earn, 0 to 1,000,000 with at most 6 decimals; 1 when
 *     absent
 */
public record TestCase(
    @Nullable String name,
    @Nullable Content stdin,
    @Nullable Content expected,
    @Nullable BigDecimal weight) {
  public static TestCase of(String stdin, String expected) {
    return new TestCase(null, Content.text(stdin), Content.text(expected), null);
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (name != null) {
      json.put("name", name);
    }
    if (stdin != null) {
      json.set("stdin", ContentJson.of(stdin));
    }
    if (expected != null) {
      json.set("expected", ContentJson.of(expected));
    }
    if (weight != null) {
      json.put("weight", weight);
    }
    return json;
  }
}
