package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.HostUnsupportedException;
import org.junit.jupiter.api.Test;

class DroppedIdsTest {
  private static final String ALL = "         0          0 4294967295\n";
  private static final String POD = "         0    1245184      65536\n";

  @Test
  void onAHostWhereAllAreMappedTheyAreAboveEverybodyElses() {
    DroppedIds ids = DroppedIds.of(ALL, ALL);
    assertEquals(0x7000_0000 + 5 * 1024 + 3, ids.id(5, 3));
    assertEquals(Integer.MAX_VALUE, ids.id(0x3ffff, 1023));
  }

  @Test
  void inAPodWithAUserNamespaceTheyAreAmongThoseThatAreMapped() {
    DroppedIds ids = DroppedIds.of(POD, POD);
    assertEquals(new DroppedIds(32768, 16384), ids);
    assertEquals(32768 + 1024 + 7, ids.id(1, 7), "the server is the container's first process");
    assertEquals(32768 + 1024 + 7, ids.id(17, 7), "there are 16 blocks");
  }

  @Test
  void usersAndGroupsMustBothBeMapped() {
    assertEquals(
        new DroppedIds(501, 250), DroppedIds.of("0 1000 1\n1 100000 65535\n", "0 5000 1001\n"));
  }

  @Test
  void fewIdsAreSharedBySlots() {
    DroppedIds ids = DroppedIds.of("0 1000 8\n", "0 1000 8\n");
    for (int slot = 0; slot < 5; slot++) {
      int id = ids.id(4711, slot);
      assertTrue(id == 4 || id == 5, () -> "" + id);
    }
  }

  @Test
  void rootAloneIsRefused() {
    assertThrows(HostUnsupportedException.class, () -> DroppedIds.of("0 1000 1\n", "0 1000 1\n"));
  }
}
