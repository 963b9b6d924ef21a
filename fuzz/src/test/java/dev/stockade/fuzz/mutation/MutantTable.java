package dev.stockade.fuzz.mutation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The table of mutants and who noticed them, {@code fuzz/mutants.md}. */
final class MutantTable {
  static final Path FILE = Path.of("mutants.md");

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(.*)` \\| (.*) \\|$");

  private static final String HEAD =
      """
      # Mutants of the sandbox, and who notices them

      Written by the long form of `MutationIT` (`mvn -Pfuzz verify -Dgolden.update=true`);
      `MutantTableTest` holds its rows against the mutants that there are. A mutant is a sandbox without
      one of its protections: a step of a plan as `./stockade explain` shows it, a flag, a mount option, a
      rule of the filter, a setting of the cgroup. A detector is a class of
      `dev.stockade.fuzz.mutation`; "does not run" means that the sandbox refuses to come up without
      the step. What nobody can notice has its reason here, from `explained.txt`; where another
      protection covers it, the two taken away together are noticed (`MutationIT.pairsAreNoticed`).

      """;

  private MutantTable() {}

  /** Every name has a row, also those of mutants that this host cannot have. */
  static String of(Set<String> names, Map<String, Examiner.Outcome> outcomes) {
    StringBuilder rows = new StringBuilder("| mutant | noticed by |\n|---|---|\n");
    Map<String, Integer> counts = new TreeMap<>();
    for (String name : new TreeSet<>(names)) {
      String noticedBy = noticedBy(name, outcomes.get(name));
      rows.append("| `").append(name.replace("|", "\\|")).append("` | ");
      rows.append(noticedBy).append(" |\n");
      counts.merge(kind(noticedBy), 1, Integer::sum);
    }
    StringBuilder sum = new StringBuilder().append(names.size()).append(" mutants:");
    counts.forEach(
        (kind, count) -> sum.append(' ').append(count).append(' ').append(kind).append(','));
    sum.setCharAt(sum.length() - 1, '.');
    return HEAD + sum + "\n\n" + rows;
  }

  private static String noticedBy(String name, Examiner.@Nullable Outcome outcome) {
    Optional<Explained> explained =
        Explained.all().stream().filter(one -> one.isOf(name)).findFirst();
    if (outcome == null) {
      return "not on the host of this table: ids of another kind";
    }
    if (!outcome.survived()) {
      boolean stopped = outcome.evidence().startsWith("does not run");
      return outcome.caughtBy() + (stopped ? ": does not run" : "");
    }
    return explained
        .map(
            one ->
                "*nobody*: "
                    + one.reason()
                    + (one.partner().isEmpty()
                        ? ""
                        : " Noticed together with `" + one.partner().replace("|", "\\|") + "`."))
        .orElse("**NOBODY**");
  }

  private static String kind(String noticedBy) {
    if (noticedBy.startsWith("*nobody*")) {
      return "explained";
    }
    if (noticedBy.startsWith("**")) {
      return "survivors";
    }
    if (noticedBy.startsWith("not on")) {
      return "not on the host of this table";
    }
    return noticedBy.endsWith("does not run") ? "do not run" : "noticed";
  }

  /** The names in the file. */
  static Set<String> names() {
    try {
      Set<String> names = new TreeSet<>();
      Matcher row = ROW.matcher(Files.readString(FILE));
      while (row.find()) {
        names.add(row.group(1).replace("\\|", "|"));
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
