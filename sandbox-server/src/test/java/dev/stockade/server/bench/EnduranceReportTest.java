package dev.stockade.server.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.policy.Policies;
import dev.stockade.server.bench.Endurance.Pair;
import org.junit.jupiter.api.Test;

class EnduranceReportTest {
  private static final EnduranceReport REPORT =
      new EnduranceReport(
          "/bin/true",
          8,
          Pair.of(new long[] {2_000_000, 2_000_000, 9, 9, 9, 9, 3_000_000, 3_000_000}, 2),
          Pair.of(new long[] {1_000_000, 1_100_000}, 1),
          new Holdings(40, 20, 2, 8, 30, 29L * 1024, 5 << 20),
          new Holdings(41, 20, 2, 8, 30, null, 6 << 20));

  @Test
  void firstAndLastStandSideBySide() {
    assertEquals(
        """
        /bin/true, 8 runs in one sandbox, one after the other
        p50                                    first 2        last 2     ratio
        sandbox, spare ready                   2.00 ms       3.00 ms      1.50
        posix_spawn + wait4, no sandbox        1.00 ms       1.10 ms      1.10

        held                                    before         after
        descriptors                                 40            41
        threads                                     20            20
        zygotes and spares                           2             2
        their memory, PSS                     29.0 KiB  not readable
        cgroups                                      8             8
        mounts                                      30            30
        Java heap                             5120 KiB      6144 KiB
        """,
        REPORT.text());
  }

  @Test
  void whatCannotBeReadIsNullInJson() {
    assertNull(REPORT.json().getJsonObject("after").getValue("childrenPssBytes"));
    assertEquals(1.5, REPORT.json().getJsonObject("sandbox").getDouble("ratio"));
  }

  @Test
  void tooFewRunsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Endurance(
                Policies.named("default"), Endurance.LEAST_RUNS - 1, (done, all, what) -> {}));
  }
}
