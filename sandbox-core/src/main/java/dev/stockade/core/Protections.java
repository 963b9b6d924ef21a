package dev.stockade.core;

import dev.stockade.core.host.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What protects a host from a run, as a story for people: each sentence with the promise that it
 * serves, whether this host holds it, and the steps of the plans that make it.
 *
 * @param policy name of the run's policy
 * @param description of the policy, one sentence
 * @param chapters in the order in which people should read them
 */
public record Protections(String policy, String description, List<Chapter> chapters) {
  private static final String INDENT = "    ";

  /** As wide as the longest of the standings, and a space. */
  private static final int STANDING_WIDTH = 8;

  public Protections {
    chapters = List.copyOf(chapters);
  }

  /** What belongs together. */
  public record Chapter(String title, List<Protection> protections) {
    public Chapter {
      protections = List.copyOf(protections);
    }
  }

  /** All of it as text for people, lines ended by {@code \n}. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append("What protects this host from a run under the policy ").append(policy);
    out.append(": ").append(description).append('\n');
    for (Chapter chapter : chapters) {
      out.append('\n').append(chapter.title()).append('\n');
      chapter.protections().forEach(protection -> append(out, protection));
    }
    return out.toString();
  }

  private static void append(StringBuilder out, Protection protection) {
    String standing = word(protection.standing());
    String below = INDENT + " ".repeat(STANDING_WIDTH);
    out.append(INDENT).append(standing).append(" ".repeat(STANDING_WIDTH - standing.length()));
    out.append(protection.text()).append('\n');
    out.append(below).append("for: ").append(protection.promise().words());
    out.append(madeBy(protection.steps().size())).append('\n');
    for (Finding finding : protection.lacking()) {
      out.append(below).append("why: ").append(finding.feature());
      out.append(": ").append(finding.reason()).append('\n');
      out.append(below).append("fix: ").append(finding.fix()).append('\n');
    }
  }

  private static String madeBy(int steps) {
    return switch (steps) {
      case 0 -> "";
      case 1 -> ", by 1 system call";
      default -> ", by " + steps + " system calls";
    };
  }

  /**
   * All of it as maps, lists and strings, for JSON: {@code policy}, {@code description}, {@code
   * chapters} ({@code title}, {@code protections} with {@code text}, {@code promise}, {@code
   * standing}, {@code lacking} ({@code feature}, {@code reason}, {@code fix}) and {@code steps}).
   */
  public Map<String, Object> tree() {
    List<Object> all = new ArrayList<>();
    for (Chapter chapter : chapters) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("title", chapter.title());
      tree.put("protections", chapter.protections().stream().map(Protections::tree).toList());
      all.add(tree);
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("policy", policy);
    tree.put("description", description);
    tree.put("chapters", all);
    return tree;
  }

  private static Map<String, Object> tree(Protection protection) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("text", protection.text());
    tree.put("promise", protection.promise().words());
    tree.put("standing", word(protection.standing()));
    tree.put("lacking", protection.lacking().stream().map(Protections::tree).toList());
    tree.put("steps", protection.steps());
    return tree;
  }

  private static Map<String, Object> tree(Finding finding) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("feature", finding.feature());
    tree.put("reason", finding.reason());
    tree.put("fix", String.valueOf(finding.fix()));
    return tree;
  }

  private static String word(Protection.Standing standing) {
    return standing.name().toLowerCase(Locale.ROOT);
  }
}
