package dev.stockade.server.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DistributionTest {
  @Test
  void percentilesAreValuesThatWereMeasured() {
    Distribution hundred = new Distribution(LongStream.rangeClosed(1, 100).toArray());
    assertEquals(50, hundred.p50());
    assertEquals(95, hundred.p95());
    assertEquals(99, hundred.p99());
    assertEquals(7, new Distribution(7).p50());
    assertEquals(3, new Distribution(9, 1, 3).p50());
  }

  @Test
  void quantilesGoFromTheLeastToTheMost() {
    Distribution ten = new Distribution(LongStream.rangeClosed(1, 10).toArray());
    assertEquals(101, ten.quantiles().size());
    assertEquals(1, ten.quantiles().get(0));
    assertEquals(5, ten.quantiles().get(50));
    assertEquals(10, ten.quantiles().get(100));
  }

  @Test
  void nothingHasNoMedian() {
    assertThrows(IllegalArgumentException.class, Distribution::new);
  }
}
