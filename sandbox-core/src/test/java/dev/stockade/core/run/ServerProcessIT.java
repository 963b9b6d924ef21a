package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that is killed, ends in order, starts without standard streams, has no descriptors. */
final class ServerProcessIT {
  @TempDir private Path folder;

  @BeforeAll
  static void needs() {
    SandboxNeeds.defaultPolicy();
  }

  /** Starts a server by a line of shell in which {@code "$@"} is its command. */
  private Process start(String shell, String what) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>(List.of("sh", "-c", shell, "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath, ServerProcess.class.getName(), what));
    command.add(answer().toString());
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private Path answer() {
    return folder.resolve("answer");
  }

  private String read(String file) {
    return Processes.read(folder.resolve(file).toString()).orElse("");
  }

  /** Zygotes, inits and programs of a server, when so many programs run. */
  private List<Long> processesOf(Process server, int programs) throws Exception {
    long pid = server.pid();
    Processes.await(
        programs + " programs run in a server: " + read("err"),
        () ->
            Processes.children(pid, "stockade-init").stream()
                    .filter(init -> !Processes.programs(init).isEmpty())
                    .count()
                >= programs);
    List<Long> all = new ArrayList<>(Processes.children(pid, "stockade-zygote"));
    for (long init : Processes.children(pid, "stockade-init")) {
      all.add(init);
      all.addAll(Processes.programs(init));
    }
    assertTrue(all.size() >= 3, all::toString);
    return all;
  }

  private static void assertNoneIsLeft(List<Long> pids) throws Exception {
    for (long pid : pids) {
      Processes.await(
          pid + " is gone",
          () -> !Processes.isThere(pid) || Processes.status(pid, "State").startsWith("Z"));
    }
  }

  @ParameterizedTest
  @CsvSource({"sleep,1", "linked,2"})
  void whenTheServerIsKilledItsProcessesDieAndTheNextRemovesItsCgroups(String what, int programs)
      throws Exception {
    Process server = start("exec \"$@\"", what);
    List<Long> all = processesOf(server, programs);
    assertFalse(Processes.cgroups(server.pid()).isEmpty());
    server.destroyForcibly().waitFor();
    assertNoneIsLeft(all);
    assertEquals(0, start("exec \"$@\"", "echo").waitFor(), () -> read("err"));
    assertEquals(List.of(), Processes.cgroups(server.pid()));
  }

  @ParameterizedTest
  @CsvSource({"sleep,1", "linked,2"})
  void aServerThatIsAskedToEndDoesNotWaitForItsRuns(String what, int programs) throws Exception {
    Process server = start("exec \"$@\"", what);
    List<Long> all = processesOf(server, programs);
    server.destroy();
    assertEquals(128 + 15, server.waitFor());
    for (long pid : all) {
      assertFalse(Processes.isThere(pid), () -> pid + " of " + all + " is left: " + read("err"));
    }
    assertEquals(List.of(), Processes.cgroups(server.pid()), () -> read("err"));
  }

  @Test
  void aServerWithoutStandardStreamsRunsJobs() throws Exception {
    Process server = start("exec \"$@\" <&- >&- 2>&-", "echo");
    assertEquals(0, server.waitFor(), () -> read("err"));
    assertEquals("OK in file 0 1 2 3 err\n", Files.readString(answer()));
  }

  @Test
  void withoutDescriptorsARunIsAFaultOfOursAndLaterOnesWork() throws Exception {
    Process server = start("ulimit -n 1024; exec \"$@\"", "descriptors");
    assertEquals(0, server.waitFor(), () -> read("err"));
    assertEquals(
        "loaded\ngrown by 0\nzygotes 1\nworked true, failed true", Files.readString(answer()));
  }
}
