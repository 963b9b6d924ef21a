package dev.stockade.fuzz.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@code mutants.md} speaks of the mutants that there are, and {@code explained.txt} too. */
final class MutantTableTest {
  @Test
  void theTableHasTheMutantsThatThereAre() {
    Set<String> wanted = Mutants.names();
    Set<String> there = MutantTable.names();
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeAll(there);
    Set<String> stale = new TreeSet<>(there);
    stale.removeAll(wanted);
    assertEquals(Set.of(), missing, "not in mutants.md: mvn -Pfuzz verify -Dgolden.update=true");
    assertEquals(Set.of(), stale, "in mutants.md and nowhere else");
  }

  @Test
  void nobodyInTheTableSurvivesWithoutAReason() throws Exception {
    assertFalse(Files.readString(MutantTable.FILE).contains("**NOBODY**"));
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
