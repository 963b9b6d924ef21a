package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  private static final long MS = 1_000_000;

  @Test
  void percentilesAreValuesThatWereMeasured() {
    long[] hundred = LongStream.rangeClosed(1, 100).toArray();
    assertEquals(50, BenchReport.percentile(hundred, 50));
    assertEquals(95, BenchReport.percentile(hundred, 95));
    assertEquals(99, BenchReport.percentile(hundred, 99));
    assertEquals(7, BenchReport.percentile(new long[] {7}, 50));
    assertEquals(3, BenchReport.percentile(new long[] {1, 3, 9}, 50));
  }

  @Test
  void ratiosAreToTheFirstKindsMedian() {
    long[][] nanos = {{3 * MS, MS, 2 * MS}, {5 * MS, 40 * MS, MS}};
    assertEquals(
        List.of(
            new BenchReport.Row("bare", 2 * MS, 3 * MS, 3 * MS, 1.0),
            new BenchReport.Row("sandbox", 5 * MS, 40 * MS, 40 * MS, 2.5)),
        BenchReport.rows(List.of("bare", "sandbox"), nanos));
  }

  @Test
  void aTableForPeople() {
    BenchReport report =
        new BenchReport(
            List.of("/bin/true"),
            500,
            40_960L,
            List.of(
                new BenchReport.Row("posix_spawn + wait4, no sandbox", MS, 2 * MS, 3 * MS, 1.0),
                new BenchReport.Row("sandbox, spare ready", 1_800_000, 4 * MS, 12 * MS, 1.8)));
    String text = report.toText();
    assertTrue(text.startsWith("/bin/true, 500 runs of each kind, taking turns; Java "), text);
    assertEquals(
        """
                                                p50       p95       p99   ratio
        posix_spawn + wait4, no sandbox        1 ms      2 ms      3 ms    1.00
        sandbox, spare ready                 1.8 ms      4 ms     12 ms    1.80

        A warm slot, zygote and spare: 40 KiB PSS
        """,
        text.substring(text.indexOf("\n\n") + 2));
  }

  @Test
  void memoryThatCannotBeReadIsNotZero() {
    BenchReport report = new BenchReport(List.of("/bin/true"), 10, null, List.of());
    assertTrue(report.toText().endsWith("memory cannot be read here\n"));
    assertTrue(report.toJson().containsKey("slotPssBytes"));
    assertEquals(null, report.toJson().getValue("slotPssBytes"));
  }

  @Test
  void proportionalSetSize() throws IOException {
    assertEquals(
        12 * 1024,
        SlotMemory.pssBytes(
            "00400000-7ffc rollup\nRss:     48 kB\nPss:     12 kB\nPss_Anon: 4 kB\n"));
    assertThrows(IOException.class, () -> SlotMemory.pssBytes("Rss: 48 kB\n"));
  }
}
