package dev.stockade.core.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.seccomp.Decision.Action;
import dev.stockade.core.seccomp.Decision.Range;
import dev.stockade.core.seccomp.Decision.Search;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Decisions about single values of a word are put into a decision about all of them. */
final class DecisionTest {
  private static final int WORD = SeccompData.NR_OFFSET;
  private static final Decision YES = new Action(1);
  private static final Decision NO = new Action(2);
  private static final Decision LATER =
      new Search(SeccompData.ARCH_OFFSET, List.of(new Range(0, NO), new Range(7, YES)));

  private static Search search(Range... ranges) {
    return new Search(WORD, List.of(ranges));
  }

  @Test
  void oneValueIsTreatedInItsOwnWay() {
    assertEquals(
        search(new Range(0, NO), new Range(5, YES), new Range(6, NO)),
        NO.with(WORD, Map.of(5, YES)));
  }

  @Test
  void neighboursThatAreAlikeAreOneRange() {
    assertEquals(
        search(new Range(0, NO), new Range(5, YES), new Range(8, NO)),
        NO.with(WORD, Map.of(6, YES, 5, YES, 7, YES)));
    assertEquals(NO, NO.with(WORD, Map.of(5, NO)));
  }

  @Test
  void theLowestAndTheHighestValueAreValuesLikeOthers() {
    assertEquals(
        search(new Range(0, YES), new Range(1, NO), new Range(Decision.MAX, LATER)),
        NO.with(WORD, Map.of(0, YES, -1, LATER)));
  }

  @Test
  void theRestStaysAsItWasDecided() {
    Decision all = search(new Range(0, NO), new Range(10, LATER), new Range(20, NO));
    assertEquals(
        search(new Range(0, NO), new Range(10, YES), new Range(11, LATER), new Range(20, NO)),
        all.with(WORD, Map.of(10, YES)));
  }

  @Test
  void whereAnotherWordIsLookedAtFirstItIsLookedAtAfterwards() {
    assertEquals(
        search(new Range(0, LATER), new Range(3, YES), new Range(4, LATER)),
        LATER.with(WORD, Map.of(3, YES)));
  }

  @Test
  void aValueIsDecidedByTheRangeThatItIsIn() {
    Decision all = search(new Range(0, NO), new Range(10, LATER), new Range(20, YES));
    assertEquals(NO, all.where(WORD, 9));
    assertEquals(LATER, all.where(WORD, 10));
    assertEquals(YES, all.where(WORD, -1));
    assertEquals(LATER, LATER.where(WORD, 3));
  }
}
