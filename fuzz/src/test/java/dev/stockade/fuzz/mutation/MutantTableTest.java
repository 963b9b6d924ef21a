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

  /** Somewhere each of them was examined; where nobody noticed it, there is a reason for it. */
  @Test
  void whoeverIsNotNoticedHasAReason() {
    MutantTable table = MutantTable.read();
    for (String name : table.names()) {
      boolean there = false;
      for (MutantTable.Column column : MutantTable.Column.values()) {
        String cell = table.cell(name, column);
        there |= !cell.equals(MutantTable.NOT_THERE);
        List<String> where =
            Explained.all().stream()
                .filter(explained -> explained.isOf(name))
                .map(Explained::where)
                .toList();
        boolean nobody = cell.equals(MutantTable.NOBODY);
        boolean may =
            where.contains("always")
                || where.contains("host")
                || (where.contains("user") && column == MutantTable.Column.USER_V1)
                // The guest has one processor.
                || (where.contains("single") && column == MutantTable.Column.ROOT_V2);
        assertTrue(may || !nobody, () -> name + " survives without a reason: " + column);
        boolean must = where.contains("always") && !cell.equals(MutantTable.NOT_THERE);
        assertTrue(nobody || !must, () -> name + " is explained, but noticed: " + column);
      }
      assertTrue(there, () -> name + " was never examined");
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

  @Test
  void aRuleThatNobodyMissesChangesNothing() {
    for (Mutant mutant : FilterMutants.all()) {
      boolean explained =
          Explained.all().stream()
              .anyMatch(one -> one.where().equals("always") && one.isOf(mutant.name()));
      assertEquals(explained, FilterMutants.isTheSameFilter(mutant), mutant.name());
    }
  }

  @Test
  void anExplanationWithoutAPlaceOrAReasonIsRefusedWithItsLine() {
    IllegalArgumentException place =
        assertThrows(
            IllegalArgumentException.class, () -> Explained.parse("always a\nb\n\nnowhere c\nd\n"));
    assertTrue(String.valueOf(place.getMessage()).contains("line 4: not one of"), place::toString);
    IllegalArgumentException reason =
        assertThrows(IllegalArgumentException.class, () -> Explained.parse("always a\n"));
    assertTrue(String.valueOf(reason.getMessage()).contains("no reason"), reason::toString);
  }
}
