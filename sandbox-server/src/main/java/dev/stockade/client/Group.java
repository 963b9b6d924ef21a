package dev.stockade.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A subtask: tests whose points are counted together. The points of all groups are added up.
 *
 * @param weight the most points that it can earn; {@code null} with {@link Scoring#SUM}
 * @param stopOnFirstFailure whether its tests behind the first that fails are {@link
 *     Verdict#SKIPPED}
 */
public record Group(
    String name, Scoring scoring, @Nullable BigDecimal weight, boolean stopOnFirstFailure) {
  /** What a group earns. */
  public enum Scoring {
    /** What its tests earn together. */
    SUM("sum"),
    /** The least that one of its tests earned. */
    MINIMUM("minimum"),
    /** Its weight when all of its tests are accepted, else nothing. */
    ALL_OR_NOTHING("allOrNothing");

    private final String word;

    Scoring(String word) {
      this.word = word;
    }
  }

  /** Earns what its tests earn together. */
  public static Group sum(String name) {
    return new Group(name, Scoring.SUM, null, false);
  }

  /** Earns the least that one of its tests earned. */
  public static Group minimum(String name, BigDecimal weight) {
    return new Group(name, Scoring.MINIMUM, weight, false);
  }

  /** Earns its weight when all of its tests are accepted, else nothing. */
  public static Group allOrNothing(String name, BigDecimal weight) {
    return new Group(name, Scoring.ALL_OR_NOTHING, weight, false);
  }

  public Group stoppedOnFirstFailure() {
    return new Group(name, scoring, weight, true);
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", name).put("scoring", scoring.word);
    if (weight != null) {
      json.put("weight", weight);
    }
    return json.put("stopOnFirstFailure", stopOnFirstFailure);
  }
}
