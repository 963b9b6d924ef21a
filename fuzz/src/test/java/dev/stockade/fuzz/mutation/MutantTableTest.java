package dev.stockade.fuzz.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@code mutants.md} speaks of the mutants that there are, and {@code explained.txt} too. */
final class MutantTableTest {
  @Test
  void theTableHasTheMutantsThatThereAre() {
    Set<String> wanted = Mutants.names();
    Set<String> there = MutantTable.read().names();
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeAll(there);
    Set<String> stale = new TreeSet<>(there);
    stale.removeAll(wanted);
    assertEquals(Set.of(), missing, "not in mutants.md: mvn -Pfuzz verify -Dgolden.update=true");
    assertEquals(Set.of(), stale, "in mutants.md and nowhere else");
  }

  /** Somewhere each of them is noticed; where it is not, there is a reason for it. */
  @Test
  void everyMutantIsNoticedSomewhere() {
    MutantTable table = MutantTable.read();
    for (String name : table.names()) {
      boolean noticed = false;
      for (MutantTable.Column column : MutantTable.Column.values()) {
        String cell = table.cell(name, column);
        List<String> where =
            Explained.all().stream()
                .filter(explained -> explained.isOf(name))
                .map(Explained::where)
                .toList();
        boolean nobody = cell.equals(MutantTable.NOBODY);
        noticed |= !nobody && !cell.equals(MutantTable.NOT_THERE);
        boolean may =
            where.contains("host")
                || (where.contains("user") && column == MutantTable.Column.USER_V1)
                // The guest has one processor.
                || (where.contains("single") && column == MutantTable.Column.ROOT_V2);
        assertTrue(may || !nobody, () -> name + " survives without a reason: " + column);
      }
      assertTrue(noticed, () -> name + " survives everywhere");
    }
  }

  @Test
  void everyExplanationAndEveryPartnerIsOfAMutant() {
    Set<String> names = Mutants.names();
    for (Explained explained : Explained.all()) {
      assertTrue(names.stream().anyMatch(explained::isOf), explained::names);
      assertTrue(
          explained.partner().isEmpty() || names.contains(explained.partner()), explained::partner);
    }
  }

  /** The one that changes nothing by itself is there for policies that allow more. */
  @Test
  void everyHoleButOneChangesTheFilter() {
    assertEquals(
        List.of("filter: without ENOSYS clone3"),
        FilterMutants.all().stream()
            .filter(FilterMutants::isTheSameFilter)
            .map(Mutant::name)
            .toList());
  }

  @Test
  void anExplanationWithoutAPlaceOrAReasonIsRefusedWithItsLine() {
    IllegalArgumentException place =
        assertThrows(
            IllegalArgumentException.class, () -> Explained.parse("host a\nb\n\nnowhere c\nd\n"));
    assertTrue(String.valueOf(place.getMessage()).contains("line 4: not one of"), place::toString);
    IllegalArgumentException reason =
        assertThrows(IllegalArgumentException.class, () -> Explained.parse("host a\n"));
    assertTrue(String.valueOf(reason.getMessage()).contains("no reason"), reason::toString);
  }
}
