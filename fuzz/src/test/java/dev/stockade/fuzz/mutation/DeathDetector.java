package dev.stockade.fuzz.mutation;

import dev.stockade.core.linux.Constants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server that is killed takes its zygote, init and program with it: also a zygote that is stopped
 * and so does not see the end of its socket.
 */
final class DeathDetector implements Detector {
  private static final long PATIENCE_NANOS = 3_000_000_000L;

  /** In the masks of proc_pid_status(5). */
  private static final long SIGKILL_BIT = 1L << (Constants.SIGKILL - 1);

  @Override
  public String name() {
    return "death of the server";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.name().contains("PR_SET_PDEATHSIG");
  }

  /**
   * Twice: another server of this host that starts just then ends what is left of a dead one, and
   * that would count as holding.
   */
  @Override
  public List<String> examine(Mutant mutant) throws IOException, InterruptedException {
    List<String> broken = once(mutant);
    return broken.isEmpty() ? once(mutant) : broken;
  }

  private static List<String> once(Mutant mutant) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("stockade-doomed");
    try {
      return examine(mutant, folder);
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(one);
        }
      }
    }
  }

  private static List<String> examine(Mutant mutant, Path folder)
      throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path answer = folder.resolve("pids");
    Path said = folder.resolve("said");
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                DoomedServer.class.getName(),
                mutant.name(),
                answer.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      while (server.isAlive() && !Files.exists(answer)) {
        Thread.sleep(20);
      }
      if (!Files.exists(answer)) {
        return List.of("does not run: " + Files.readString(said));
      }
      String[] pids = Files.readString(answer).split(" ");
      signal("STOP", pids[0]);
      server.destroyForcibly().waitFor();
      return outliving(pids);
    } finally {
      server.destroyForcibly().waitFor();
      removeCgroups(server.pid());
    }
  }

  /** The next server would do it, but there may be none. Who ends in them may take some time. */
  private static void removeCgroups(long server) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + 10 * PATIENCE_NANOS;
    while (!areRemoved(server) && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
  }

  private static boolean areRemoved(long server) throws IOException {
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 6)) {
      for (Path one :
          all.filter(path -> path.toString().contains("stockade-" + server + "-"))
              .filter(Files::isDirectory)
              .sorted(Comparator.reverseOrder())
              .toList()) {
        Files.deleteIfExists(one);
      }
      return true;
    } catch (FileSystemException | UncheckedIOException e) {
      return false; // EBUSY, or somebody else's cgroup went away
    }
  }

  private static List<String> outliving(String[] pids) throws IOException, InterruptedException {
    List<String> names = List.of("the zygote", "init", "the program");
    List<String> broken = new ArrayList<>();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (int i = 0; i < pids.length; i++) {
      HostProcess process = new HostProcess(Long.parseLong(pids[i]));
      while (lives(process) && (isKilled(process) || System.nanoTime() < deadline)) {
        Thread.sleep(10);
      }
      if (lives(process)) {
        broken.add(names.get(i) + " outlives the server");
        signal("KILL", pids[i]);
      }
    }
    return broken;
  }

  /**
   * Whether it is only a matter of time: when the server is gone, the kernel has sent what
   * PR_SET_PDEATHSIG asks for.
   */
  private static boolean isKilled(HostProcess process) {
    return Stream.of("SigPnd", "ShdPnd")
        .map(mask -> process.status().getOrDefault(mask, "0"))
        .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & SIGKILL_BIT) != 0);
  }

  /** Whoever adopts what the server has left may not wait for it. */
  private static boolean lives(HostProcess process) {
    return process.stat(0).map(state -> !state.equals("Z")).orElse(false);
  }

  private static void signal(String name, String pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
  }
}
