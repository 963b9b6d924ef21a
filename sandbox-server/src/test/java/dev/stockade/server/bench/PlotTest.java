package dev.stockade.server.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {
  @Test
  void roundStepsUpToTheMost() {
    assertEquals(
        List.of(0.0, 200.0, 400.0, 600.0, 800.0, 1000.0), Plot.Axis.linear("", 950).ticks());
    assertEquals(List.of(0.0, 0.5, 1.0, 1.5, 2.0, 2.5), Plot.Axis.linear("", 2.5).ticks());
  }

  @Test
  void logarithmicMarksAroundAllValues() {
    assertEquals(
        List.of(0.5, 1.0, 2.0, 5.0, 10.0),
        Plot.Axis.logarithmic("", 0.7, 9).ticks().stream()
            .map(tick -> Math.round(tick * 1e6) / 1e6)
            .toList());
  }

  @Test
  void placesBetweenTheEnds() {
    Plot.Axis linear = new Plot.Axis("", false, List.of(0.0, 10.0));
    assertEquals(0.25, linear.place(2.5));
    assertEquals(1.0, linear.place(11));
    Plot.Axis logarithmic = new Plot.Axis("", true, List.of(1.0, 16.0));
    assertEquals(0.5, logarithmic.place(4), 1e-12);
  }

  @Test
  void numbersWithoutZerosThatSayNothing() {
    assertEquals("0.5", Plot.number(0.5));
    assertEquals("100", Plot.number(100));
    assertEquals("0", Plot.number(0));
  }
}
