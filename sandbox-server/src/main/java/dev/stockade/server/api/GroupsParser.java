package dev.stockade.server.api;

import dev.stockade.server.judge.GroupScoring;
import dev.stockade.server.judge.TestCase;
import dev.stockade.server.judge.TestGroup;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the groups of a job, and which test belongs to which and what it is worth. Where a group
 * adds up, its tests have weights; where it does not, the group has one.
 */
final class GroupsParser {
  private static final int MAX_GROUPS = 100;
  private static final Set<String> KEYS =
      new LinkedHashSet<>(List.of("name", "scoring", "weight", "stopOnFirstFailure"));
  private static final Map<String, GroupScoring> SCORINGS = new LinkedHashMap<>();

  static {
    SCORINGS.put("sum", GroupScoring.SUM);
    SCORINGS.put("minimum", GroupScoring.MINIMUM);
    SCORINGS.put("allOrNothing", GroupScoring.ALL_OR_NOTHING);
  }

  private final FieldErrors errors;
  private final Values values;
  private final boolean present;
  private final List<TestGroup> groups = new ArrayList<>();
  private boolean seenWeights;

  GroupsParser(FieldErrors errors, JsonObject body) {
    this.errors = errors;
    this.values = new Values(errors);
    this.present = body.containsKey("groups");
    if (present) {
      read(body.getValue("groups"));
    }
  }

  private void read(@Nullable Object value) {
    if (value instanceof JsonArray array && array.isEmpty()) {
      errors.add("groups", "is empty; leave it out");
    }
    List<@Nullable Object> list = values.list(value, "groups", MAX_GROUPS);
    for (int i = 0; i < list.size(); i++) {
      String field = "groups[" + i + "]";
      JsonObject group = values.object(list.get(i), field);
      values.onlyKeys(group, field, KEYS, "a group");
      groups.add(group(group, field));
    }
  }

  private TestGroup group(JsonObject group, String field) {
    String name = name(group, field + ".name");
    GroupScoring scoring = scoring(group, field + ".scoring");
    BigDecimal weight = scoring == GroupScoring.SUM ? BigDecimal.ZERO : BigDecimal.ONE;
    if (group.containsKey("weight")) {
      if (scoring == GroupScoring.SUM) {
        errors.add(
            field + ".weight", "has no meaning in a group that is a sum: its tests have weights");
      } else {
        weight = values.decimal(group.getValue("weight"), field + ".weight", TestsParser.WEIGHT);
      }
    }
    boolean stop =
        group.containsKey("stopOnFirstFailure")
            && values.flag(group.getValue("stopOnFirstFailure"), field + ".stopOnFirstFailure");
    return new TestGroup(name, scoring, weight, stop);
  }

  private String name(JsonObject group, String field) {
    if (!group.containsKey("name")) {
      errors.add(field, "is missing: tests name their group");
      return "";
    }
    String name = Names.read(values, errors, group.getValue("name"), field);
    if (indexOf(name) != TestCase.NO_GROUP) {
      errors.add(field, "is there twice: " + Shown.of(name));
    }
    return name;
  }

  private GroupScoring scoring(JsonObject group, String field) {
    Object value = group.getValue("scoring", "sum");
    GroupScoring scoring = value instanceof String text ? SCORINGS.get(text) : null;
    if (scoring == null) {
      errors.add(field, "must be one of " + String.join(", ", SCORINGS.keySet()));
      return GroupScoring.SUM;
    }
    return scoring;
  }

  private int indexOf(String name) {
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i).name().equals(name)) {
        return i;
      }
    }
    return TestCase.NO_GROUP;
  }

  /** Index of the group that a test names. */
  int groupOf(JsonObject test, String field) {
    if (!test.containsKey("group")) {
      if (present) {
        errors.add(field + ".group", "is missing: in a job with groups each test is in one");
      }
      return TestCase.NO_GROUP;
    }
    String name = values.text(test.getValue("group"), field + ".group");
    int index = indexOf(name);
    if (index == TestCase.NO_GROUP) {
      errors.add(field + ".group", Shown.of(name) + " is not the name of one of groups");
    }
    return index;
  }

  /** The most points that a test can earn. */
  BigDecimal weightOf(JsonObject test, String field, int group) {
    boolean own = group == TestCase.NO_GROUP || groups.get(group).scoring() == GroupScoring.SUM;
    if (!test.containsKey("weight")) {
      return own ? BigDecimal.ONE : groups.get(group).weight();
    }
    if (!own) {
      errors.add(
          field + ".weight",
          "has no meaning in group "
              + Shown.of(groups.get(group).name())
              + ", which is no sum: the group has the weight");
    }
    seenWeights = true;
    return values.decimal(test.getValue("weight"), field + ".weight", TestsParser.WEIGHT);
  }

  /** Whether a test said what it is worth. */
  boolean hasSeenWeights() {
    return seenWeights;
  }

  /** The groups, each with what it is worth. */
  List<TestGroup> finish(List<TestCase> tests) {
    List<TestGroup> finished = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      int index = i;
      TestGroup group = groups.get(i);
      List<TestCase> own = tests.stream().filter(test -> test.group() == index).toList();
      if (own.isEmpty()) {
        errors.add("groups[" + i + "]", "has no tests: none names it");
      }
      BigDecimal sum = own.stream().map(TestCase::weight).reduce(BigDecimal.ZERO, BigDecimal::add);
      finished.add(
          group.scoring() == GroupScoring.SUM
              ? new TestGroup(group.name(), group.scoring(), sum, group.stopOnFirstFailure())
              : group);
    }
    return finished;
  }
}
