package dev.stockade.fuzz.calls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.policy.Policies;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random cases as text, and as plans. */
final class CaseTextProperties {
  private static final RandomCalls RANDOM = new RandomCalls(new Filter(Policies.named("default")));

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void whatIsWrittenIsReadAgain(@ForAll("cases") Case one) {
    assertEquals(one, CaseText.parse("a.plan", CaseText.render(one)));
  }

  /** The text is all that there is: both make the same bytes for the payload. */
  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void whatIsReadAgainMakesTheSamePlan(@ForAll("cases") Case one) {
    Case again = CaseText.parse("a.plan", CaseText.render(one));
    assertArrayEquals(new CasePlan(one).plan(), new CasePlan(again).plan());
  }

  @Provide
  Arbitrary<Case> cases() {
    return RANDOM.cases(200);
  }
}
