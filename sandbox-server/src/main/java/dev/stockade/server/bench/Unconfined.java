package dev.stockade.server.bench;

import dev.stockade.core.linux.SystemCallException;
import dev.stockade.core.run.BareSpawn;
import java.io.IOException;
import java.util.List;

/** No sandbox at all: what everything is compared with, and how Java itself starts programs. */
final class Unconfined {
  static final String BARE = "posix_spawn + wait4, no sandbox";
  static final String JAVA = "ProcessBuilder, no sandbox";

  private Unconfined() {}

  /** posix_spawn(3) through jnr, in this JVM, and wait4(2). */
  static Contestant bare() {
    return new Plain(BARE, Unconfined::spawnBare);
  }

  /** {@code ProcessBuilder.start().waitFor()}. */
  static Contestant java() {
    return new Plain(JAVA, Unconfined::spawnByJava);
  }

  /** Starts a program and waits for it: whether it exited with 0. */
  private interface Starter {
    boolean start(List<String> command) throws CannotCompeteException;
  }

  private record Plain(String name, Starter starter) implements Contestant {
    @Override
    public Lane enter(Workload workload) throws CannotCompeteException {
      Lane lane =
          () -> {
            if (!starter.start(workload.outside())) {
              throw new CannotCompeteException(
                  workload.name() + " did not exit with status 0, without any sandbox");
            }
          };
      lane.run();
      return lane;
    }
  }

  private static boolean spawnBare(List<String> command) throws CannotCompeteException {
    try {
      return BareSpawn.run(command.get(0), command) == 0;
    } catch (SystemCallException e) {
      throw new CannotCompeteException(String.valueOf(e.getMessage()));
    }
  }

  private static boolean spawnByJava(List<String> command) throws CannotCompeteException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      throw new CannotCompeteException(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotCompeteException("interrupted");
    }
  }
}
