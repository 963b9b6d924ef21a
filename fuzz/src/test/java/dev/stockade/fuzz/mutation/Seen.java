package dev.stockade.fuzz.mutation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the probe saw: its sections by name. */
final class Seen {
  /** The last line of the probe. */
  static final String END = "== end";

  private final Map<String, List<String>> sections = new LinkedHashMap<>();

  Seen(String text) {
    List<String> section = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("== ")) {
        section = new ArrayList<>();
        sections.put(line.substring(3), section);
      } else if (!line.isEmpty()) {
        section.add(line);
      }
    }
  }

  List<String> lines(String section) {
    return sections.getOrDefault(section, List.of("no section " + section));
  }

  /** A section of lines of a key, a colon or blank, and a value. */
  Map<String, String> map(String section) {
    return keys(String.join("\n", lines(section)));
  }

  static Map<String, String> keys(String text) {
    Map<String, String> keys = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int end = line.indexOf(line.contains(":\t") ? ':' : ' ');
      if (end > 0) {
        keys.put(line.substring(0, end), line.substring(end + 1).strip());
      }
    }
    return keys;
  }
}
