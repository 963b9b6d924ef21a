package dev.stockade.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A test of a job's program; {@code null} for what the server is not told. {@code TestCase.of("21",
 * "42").withName("first")}.
 *
 * @param name each is there once; without one the test's number is its name
 * @param stdin standard input of the program
 * @param expected the expected output, or what a checker program calls the answer
 * @param weight the most points that it can earn, 0 to 1,000,000 with at most 6 decimals; 1 when
 *     absent
 * @param group name of the {@link Group} that it belongs to; needed when the job has any
 * @param args arguments behind those of the job
 * @param limits each in place of the job's
 */
public record TestCase(
    @Nullable String name,
    @Nullable Content stdin,
    @Nullable Content expected,
    @Nullable BigDecimal weight,
    @Nullable String group,
    List<Content> args,
    JobLimits limits) {
  public TestCase {
    args = List.copyOf(args);
  }

  /** Of text. */
  public static TestCase of(String stdin, String expected) {
    return of(Content.text(stdin), Content.text(expected));
  }

  /** Of bytes, or of stored files. */
  public static TestCase of(@Nullable Content stdin, @Nullable Content expected) {
    return new TestCase(null, stdin, expected, null, null, List.of(), JobLimits.NONE);
  }

  public TestCase withName(String text) {
    return new TestCase(text, stdin, expected, weight, group, args, limits);
  }

  public TestCase withWeight(BigDecimal points) {
    return new TestCase(name, stdin, expected, points, group, args, limits);
  }

  /** In a group of this name. */
  public TestCase withGroup(String groupName) {
    return new TestCase(name, stdin, expected, weight, groupName, args, limits);
  }

  public TestCase withArgs(List<Content> words) {
    return new TestCase(name, stdin, expected, weight, group, words, limits);
  }

  public TestCase withLimits(JobLimits asked) {
    return new TestCase(name, stdin, expected, weight, group, args, asked);
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
    if (group != null) {
      json.put("group", group);
    }
    if (!args.isEmpty()) {
      ArrayNode all = json.putArray("args");
      args.forEach(arg -> all.add(ContentJson.of(arg)));
    }
    if (!limits.equals(JobLimits.NONE)) {
      json.set("limits", limits.json());
    }
    return json;
  }
}
