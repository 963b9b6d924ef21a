package dev.stockade.core.run;

import dev.stockade.core.linux.Sys;
import java.util.List;
import java.util.Map;

/**
 * A program spawned and waited for with no sandbox at all: what every measurement is compared with.
 */
public final class BareSpawn {
  private BareSpawn() {}

  /** posix_spawn(3) and wait4(2) of a program with inherited standard streams: its wait status. */
  public static int run(String program, List<String> arguments) {
    return Sys.waitFor(Sys.spawn(program, arguments, List.of(), Map.of()));
  }
}
