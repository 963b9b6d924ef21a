package dev.stockade.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Random tests repeat themselves with the seed of the command line. */
final class SeedTest {
  private static final String PROPERTY = "stockade.seed";

  /** What it draws is looked at from outside. */
  static final class Drawing {
    private static final List<Long> DRAWN = new ArrayList<>();

    @Property(
        tries = 20,
        edgeCases = EdgeCasesMode.NONE,
        afterFailure = AfterFailureMode.RANDOM_SEED)
    void draws(@ForAll long number) {
      DRAWN.add(number);
    }
  }

  private static List<Long> drawn(String seed) {
    String before = System.getProperty(PROPERTY);
    System.setProperty(PROPERTY, seed);
    Drawing.DRAWN.clear();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    try {
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request().selectors(selectClass(Drawing.class)).build();
      LauncherFactory.create().execute(request, listener);
    } finally {
      if (before == null) {
        System.clearProperty(PROPERTY);
      } else {
        System.setProperty(PROPERTY, before);
      }
    }
    assertEquals(1, listener.getSummary().getTestsSucceededCount());
    assertEquals(20, Drawing.DRAWN.size());
    return List.copyOf(Drawing.DRAWN);
  }

  @Test
  void aPropertyDrawsTheSameAgain() {
    List<Long> first = drawn("1");
    assertEquals(first, drawn("1"));
    assertNotEquals(first, drawn("2"));
  }

  @Test
  void aSeedThatIsNoNumberIsRefused() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Seed.parse("1:2"));
    assertEquals("stockade.seed is a whole number of 64 bits, not \"1:2\"", refused.getMessage());
  }
}
