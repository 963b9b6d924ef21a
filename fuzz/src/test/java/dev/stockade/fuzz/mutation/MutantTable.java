package dev.stockade.fuzz.mutation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The table of mutants and who noticed them, {@code fuzz/mutants.md}: one column for each kind of
 * host on which they were examined.
 */
final class MutantTable {
  static final Path FILE = Path.of("mutants.md");

  /** The mutant is of another kind of identity. */
  static final String NOT_THERE = "-";

  static final String NOBODY = "*nobody*";

  private static final String HEAD =
      """
      # Mutants of the sandbox, and who notices them

      A mutant is a sandbox without one of its protections: a step of a plan as `./stockade explain`
      shows it, a flag, a mount option, a rule of the filter, a setting of the cgroup. A detector is a class
      of `dev.stockade.fuzz.mutation`; "does not run" means that the sandbox refuses to come up without
      the step. Each is noticed in one of the columns at least; where a host cannot show it, its reason
      is in the last one, from `explained.txt`, and where another protection covers it there, the two
      taken away together are noticed (`MutationIT.pairsAreNoticed`).
      `-`: there is no such mutant, for the server has ids of another kind.

      Each column is written by the long form of `MutationIT` with `-Dgolden.update=true`, as root
      and as an ordinary user on the host, as root in the guest (CONTRIBUTING.md says how);
      `MutantTableTest` holds the rows against the mutants that there are.

      """;

  /** Where mutants were examined. */
  enum Column {
    ROOT_V1("root, cgroup v1"),
    ROOT_V2("root, cgroup v2"),
    USER_V1("subordinate ids, cgroup v1");

    private final String title;

    Column(String title) {
      this.title = title;
    }

    /** Of this host. */
    static Column here(boolean subordinate) {
      boolean unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
      if (HostPromises.AS_ROOT) {
        return unified ? ROOT_V2 : ROOT_V1;
      }
      if (subordinate && !unified) {
        return USER_V1;
      }
      throw new IllegalStateException("mutants.md has no column for such a user of this host");
    }
  }

  private final Map<String, Map<Column, String>> cells = new TreeMap<>();

  private MutantTable() {}

  /** The one in the file. */
  static MutantTable read() {
    MutantTable table = new MutantTable();
    try {
      for (String line : Files.readAllLines(FILE)) {
        if (line.startsWith("| `")) {
          String[] parts = line.substring(2, line.length() - 2).split(" \\| ", -1);
          String name = parts[0].substring(1, parts[0].length() - 1).replace("\\|", "|");
          Map<Column, String> row = new EnumMap<>(Column.class);
          int at = 1;
          for (Column column : Column.values()) {
            row.put(column, at < parts.length ? parts[at] : NOT_THERE);
            at++;
          }
          table.cells.put(name, row);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  /** One column anew; the others stay for the mutants that still are. */
  void update(Column column, Set<String> names, Map<String, Examiner.Outcome> outcomes) {
    cells.keySet().retainAll(names);
    for (String name : names) {
      Map<Column, String> row = cells.computeIfAbsent(name, any -> new EnumMap<>(Column.class));
      row.put(column, cell(outcomes.get(name)));
    }
  }

  private static String cell(Examiner.@org.jspecify.annotations.Nullable Outcome outcome) {
    if (outcome == null) {
      return NOT_THERE;
    }
    if (outcome.survived()) {
      return NOBODY;
    }
    boolean stopped = outcome.evidence().startsWith("does not run");
    return outcome.caughtBy() + (stopped ? ": does not run" : "");
  }

  Set<String> names() {
    return Collections.unmodifiableSet(cells.keySet());
  }

  /** Who noticed a mutant where. */
  String cell(String name, Column column) {
    return cells.getOrDefault(name, Map.of()).getOrDefault(column, NOT_THERE);
  }

  String render() {
    StringBuilder text = new StringBuilder(HEAD);
    text.append(cells.size()).append(" mutants.\n");
    for (Column column : Column.values()) {
      text.append("- ").append(column.title).append(':');
      Map<String, Integer> counts = new TreeMap<>();
      cells.keySet().forEach(name -> counts.merge(kind(cell(name, column)), 1, Integer::sum));
      counts.forEach(
          (kind, count) -> text.append(' ').append(count).append(' ').append(kind).append(','));
      text.setCharAt(text.length() - 1, '.');
      text.append('\n');
    }
    text.append("\n| mutant |");
    for (Column column : Column.values()) {
      text.append(' ').append(column.title).append(" |");
    }
    text.append(" why not everywhere |\n|---|").append("---|".repeat(Column.values().length + 1));
    for (String name : cells.keySet()) {
      boolean nobody = false;
      text.append("\n| `").append(name.replace("|", "\\|")).append("` |");
      for (Column column : Column.values()) {
        text.append(' ').append(cell(name, column)).append(" |");
        nobody |= cell(name, column).equals(NOBODY);
      }
      text.append(' ').append(nobody ? reasons(name) : "").append(" |");
    }
    return text.append('\n').toString();
  }

  /** What is said of it, wherever it is said of. */
  private static String reasons(String name) {
    Collection<String> reasons = new TreeSet<>();
    for (Explained explained : Explained.all()) {
      if (explained.isOf(name)) {
        String partner = explained.partner().replace("|", "\\|");
        reasons.add(
            explained.reason()
                + (partner.isEmpty() ? "" : " Noticed together with `" + partner + "`."));
      }
    }
    return String.join(" ", reasons);
  }

  private static String kind(String cell) {
    return switch (cell) {
      case NOT_THERE -> "not there";
      case NOBODY -> "not to be seen there";
      default -> cell.endsWith("does not run") ? "do not run" : "noticed";
    };
  }
}
