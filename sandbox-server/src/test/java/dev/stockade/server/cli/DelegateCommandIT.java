package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.linux.Sys;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code stockade delegate} for a user id that nobody has. */
class DelegateCommandIT {
  /** Not that of another run of these tests on this machine. */
  private static final int NOBODYS_ID = (int) (64_000 + ProcessHandle.current().pid() % 1000);

  private static final String NOBODY = Integer.toString(NOBODYS_ID);

  @AfterEach
  void nothingStays() {
    if (Sys.euid() == 0) {
      new CommandLineFixture().execute("delegate", NOBODY, "--remove");
    }
  }

  @Test
  void rootMakesOnceAndRemovesOnceAndOthersAreToldToUseSudo() {
    if (Sys.euid() != 0) {
      CommandLineFixture stockade = new CommandLineFixture();
      assertEquals(ExitCode.UNAVAILABLE, stockade.execute("delegate", NOBODY));
      assertTrue(stockade.err().contains("it needs root"), stockade.err());
      assertTrue(stockade.err().contains("fix   sudo ./stockade delegate "), stockade.err());
      return;
    }
    String made = successful("delegate", NOBODY);
    assertTrue(made.startsWith("made /sys/fs/cgroup/"), made);
    assertTrue(made.contains("stockade-" + NOBODY + " to user id " + NOBODY), made);
    String found = successful("delegate", NOBODY);
    assertTrue(found.startsWith("found /sys/fs/cgroup/"), found);
    assertFalse(found.contains("made "), found);
    JsonObject json = new JsonObject(successful("delegate", "--json", NOBODY));
    assertEquals(NOBODYS_ID, json.getJsonObject("user").getInteger("uid"));
    assertEquals(found.lines().count(), json.getJsonArray("done").size() + linesOf(json, "next"));
    String removed = successful("delegate", "--remove", NOBODY);
    assertTrue(removed.contains("removed /sys/fs/cgroup/"), removed);
    assertEquals(
        "nothing is delegated to " + NOBODY + "\n", successful("delegate", "--remove", NOBODY));
  }

  /** What is left to do takes two lines of text. */
  private static int linesOf(JsonObject json, String key) {
    return json.getString(key) == null ? 0 : 2;
  }

  private static String successful(String... arguments) {
    CommandLineFixture stockade = new CommandLineFixture();
    assertEquals(0, stockade.execute(arguments), stockade.err());
    return stockade.out();
  }
}
