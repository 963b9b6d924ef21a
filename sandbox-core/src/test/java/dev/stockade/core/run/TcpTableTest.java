package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tables as Linux 6.1 writes them; port 8080 is 1F90, TCP_LISTEN is 0A. */
final class TcpTableTest {
  private static final String HEADER =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";

  private static String row(String local, String remote, String state) {
    return "   0: "
        + local
        + " "
        + remote
        + " "
        + state
        + " 00000000:00000000 00:00000000 00000000  1000        0 41 1\n";
  }

  @Test
  void aListenerAtAnyAddressCounts() {
    assertTrue(TcpTable.listens(HEADER + row("0100007F:1F90", "00000000:0000", "0A"), 8080));
    assertTrue(
        TcpTable.listens(
            HEADER
                + row("0100007F:1F91", "00000000:0000", "0A")
                + row("00000000:1F90", "00000000:0000", "0A"),
            8080));
    String any = "0".repeat(32);
    assertTrue(TcpTable.listens(HEADER + row(any + ":1F90", any + ":0000", "0A"), 8080));
  }

  @Test
  void aConnectionOrAnotherPortDoesNot() {
    String table =
        HEADER
            + row("0100007F:1F90", "0100007F:C000", "01")
            + row("0100007F:C000", "0100007F:1F90", "01")
            + row("0100007F:1F91", "00000000:0000", "0A");
    assertFalse(TcpTable.listens(table, 8080));
    assertFalse(TcpTable.listens(HEADER, 8080));
    assertFalse(TcpTable.listens("", 8080));
  }

  /** As much of a table is read as is allowed: its last row may be a part of one. */
  @Test
  void aPartOfARowIsNone() {
    assertFalse(TcpTable.listens(HEADER + "   1: 0100007F:1F90 00000000:0000 0", 8080));
    assertFalse(TcpTable.listens(HEADER + "   1: 0100007F:1F90 0000", 8080));
  }
}
