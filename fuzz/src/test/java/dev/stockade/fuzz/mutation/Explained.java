package dev.stockade.fuzz.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A mutant that nobody can notice on some hosts, and why; from the resource {@code explained.txt}.
 *
 * @param names of mutants, with {@code or} between them; {@code *} stands for anything
 * @param where {@code user}: where the tests are not run by root; {@code single}: where there is
 *     one processor; {@code host}: it depends on the host
 * @param partner the protection that covers this one, without which the two are noticed; empty
 *     where there is none
 * @param reason a sentence
 */
record Explained(String names, String where, String partner, String reason) {
  private static final Set<String> WHERE = Set.of("user", "single", "host");

  static List<Explained> all() {
    try (InputStream text = Explained.class.getResourceAsStream("explained.txt")) {
      if (text == null) {
        throw new IllegalStateException("explained.txt is not on the class path");
      }
      return parse(new String(text.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Paragraphs of a line {@code WHERE NAMES}, a line {@code with PARTNER} where there is one, and
   * the reason on further lines.
   */
  static List<Explained> parse(String text) {
    List<Explained> all = new ArrayList<>();
    int line = 1;
    for (String paragraph : text.split("\n\n+", -1)) {
      String body = paragraph.replaceAll("(?m)^#.*\n?", "").strip();
      if (!body.isEmpty()) {
        all.add(parse(body, line));
      }
      line += paragraph.split("\n", -1).length + 1;
    }
    return all;
  }

  private static Explained parse(String paragraph, int line) {
    List<String> lines = new ArrayList<>(List.of(paragraph.split("\n")));
    String first = lines.remove(0);
    int space = first.indexOf(' ');
    String where = space < 0 ? first : first.substring(0, space);
    if (!WHERE.contains(where)) {
      throw new IllegalArgumentException(
          "explained.txt, about line " + line + ": not one of " + WHERE + ": " + first);
    }
    String partner = "";
    if (!lines.isEmpty() && lines.get(0).startsWith("with ")) {
      partner = lines.remove(0).substring("with ".length());
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "explained.txt, about line " + line + ": no reason: " + first);
    }
    return new Explained(first.substring(space + 1), where, partner, String.join(" ", lines));
  }

  boolean isOf(String mutant) {
    return Arrays.stream(names.split(" or "))
        .map(
            name ->
                Arrays.stream(name.split("\\*", -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining(".*")))
        .anyMatch(pattern -> Pattern.matches(pattern, mutant));
  }

  /** Whether it speaks of this host. */
  boolean appliesHere() {
    return switch (where) {
      case "user" -> !HostPromises.AS_ROOT;
      case "single" -> Runtime.getRuntime().availableProcessors() == 1;
      default -> true;
    };
  }

  static Optional<Explained> of(String mutant) {
    return all().stream().filter(one -> one.isOf(mutant) && one.appliesHere()).findFirst();
  }
}
