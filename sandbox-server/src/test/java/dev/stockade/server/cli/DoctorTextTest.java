package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.host.Finding;
import dev.stockade.core.host.Finding.Area;
import dev.stockade.core.host.Finding.Status;
import dev.stockade.core.host.HostReport;
import dev.stockade.core.host.User;
import dev.stockade.server.observe.HostReportJson;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorTextTest {
  private static final User ADA = new User(1000, "ada");
  private static final Finding USER_NAMESPACES =
      new Finding(
          Area.ISOLATION, "user namespaces", Status.OK, true, "/proc/self/ns/user is there", null);
  private static final Finding NO_SUBORDINATE_IDS =
      new Finding(
          Area.ISOLATION,
          "an own host id for each slot",
          Status.DEGRADED,
          false,
          "newuidmap is not installed",
          "sudo apt-get install uidmap");
  private static final Finding NO_MEMORY_LIMIT =
      new Finding(
          Area.LIMITS,
          "memory limit",
          Status.MISSING,
          true,
          "not in v1; not in v2",
          "sudo ./stockade delegate ada");

  @Test
  void whatIsWrongHasItsReasonAndItsFixBelow() {
    HostReport report =
        new HostReport(ADA, List.of(USER_NAMESPACES, NO_SUBORDINATE_IDS, NO_MEMORY_LIMIT));
    assertEquals(
        """
        This host, for ada (uid 1000)

        Isolation
          ok        user namespaces                     /proc/self/ns/user is there
          degraded  an own host id for each slot (not needed)
                    why  newuidmap is not installed
                    fix  sudo apt-get install uidmap

        Limits (control groups)
          missing   memory limit
                    why  not in v1;
                         not in v2
                    fix  sudo ./stockade delegate ada

        Not ready: one thing stands in the way. Mend them from the top, then run doctor again.
        """,
        DoctorText.of(report, false));
  }

  @Test
  void whatNobodyNeedsDoesNotStandInTheWay() {
    HostReport report = new HostReport(ADA, List.of(NO_SUBORDINATE_IDS));
    assertEquals(
        """
        This host, for ada (uid 1000)

        Isolation
          degraded  an own host id for each slot (not needed)
                    why  newuidmap is not installed
                    fix  sudo apt-get install uidmap

        Ready: the default policy runs here with nothing degraded.
        """,
        DoctorText.of(report, false));
  }

  @Test
  void coloursChangeNoWidth() {
    HostReport report = new HostReport(ADA, List.of(USER_NAMESPACES, NO_MEMORY_LIMIT));
    String coloured = DoctorText.of(report, true);
    assertEquals(DoctorText.of(report, false), coloured.replaceAll("\u001b\\[[0-9]+m", ""));
  }

  @Test
  void json() {
    HostReport report = new HostReport(ADA, List.of(USER_NAMESPACES, NO_MEMORY_LIMIT));
    assertEquals(
        "{\"ready\":false,\"user\":{\"name\":\"ada\",\"uid\":1000},\"findings\":["
            + "{\"area\":\"isolation\",\"feature\":\"user namespaces\",\"status\":\"ok\","
            + "\"needed\":true,\"reason\":\"/proc/self/ns/user is there\",\"fix\":null},"
            + "{\"area\":\"limits\",\"feature\":\"memory limit\",\"status\":\"missing\","
            + "\"needed\":true,\"reason\":\"not in v1; not in v2\","
            + "\"fix\":\"sudo ./stockade delegate ada\"}]}",
        HostReportJson.of(report).encode());
  }
}
