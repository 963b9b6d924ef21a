package dev.stockade.core.cgroup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The user's real systemd: each program is started as a service of it. */
@Timeout(300)
class SystemdIT {
  @TempDir private Path folder;

  @BeforeEach
  void needsTheUsersSystemd() {
    CgroupHost host = CgroupHost.current();
    boolean there =
        host.uid() != 0
            && UnifiedOffer.hostHasControllers(host)
            && Files.isExecutable(Path.of("/usr/bin/systemd-run"))
            && UserBus.places(host).stream().anyMatch(Files::exists);
    Needs.machine(
        "systemd for an ordinary user on cgroup v2",
        there ? Optional.empty() : Optional.of("no user bus, or no systemd-run"));
  }

  /**
   * The program asks for a scope. In the service's own cgroup, the job that is killed for its
   * memory would end the program: {@code OOMPolicy=stop}.
   */
  @Test
  void serviceWithoutDelegationGetsAScope() throws Exception {
    List<String> lines = probe(List.of());
    String scope =
        SystemdUnit.of(lines.get(1)).map(SystemdUnit::name).orElse("none in " + lines.get(1));
    assertTrue(scope.matches("stockade-[0-9-]+\\.scope"), lines.toString());
    assertTrue(lines.get(0).endsWith(".service"), lines.toString());
    assertEquals(List.of("hog 137", "killed true"), lines.subList(2, 4));
    // The scope stays its cgroup: a way back would be into what is systemd's.
    assertTrue(lines.get(5).endsWith("/" + scope), lines.toString());
    // It goes with its last process, as soon as systemd has noticed: until the class's time limit.
    while (!output("systemctl", "--user", "--no-legend", "--all", "list-units", scope).isEmpty()) {
      Kernfs.sleep(100);
    }
  }

  @Test
  void serviceWithDelegationKeepsItsCgroup() throws Exception {
    List<String> lines = probe(List.of("-p", "Delegate=yes"));
    String before = lines.get(0).substring("before ".length());
    assertTrue(lines.get(1).startsWith("inside " + before + "/stockade-"), lines.toString());
    assertTrue(lines.get(1).endsWith("-home"), lines.toString());
    assertEquals(List.of("hog 137", "killed true"), lines.subList(2, 4));
    assertEquals("after " + before, lines.get(5));
  }

  private List<String> probe(List<String> properties) throws Exception {
    List<String> command = new ArrayList<>(List.of("systemd-run", "--user", "--wait", "--pipe"));
    command.addAll(List.of("--quiet", "--collect"));
    command.addAll(properties);
    // Its standard input is passed on.
    return CgroupProbe.run(folder, command, pid -> {}).stream()
        .filter(line -> line.matches("(before|inside|hog|killed|between|after) .*"))
        .toList();
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), output);
    return output;
  }
}
