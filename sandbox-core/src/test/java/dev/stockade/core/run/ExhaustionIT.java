package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.RunRequest;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The host gives the server no more processes, or no more cgroups: a fault of ours, then a run. */
final class ExhaustionIT {
  private static final RunRequest REQUEST = RunRequest.command("true").build();

  private Sandbox sandbox;

  @BeforeEach
  void open() {
    SandboxNeeds.defaultPolicy();
    sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 0));
  }

  @AfterEach
  void close() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @Test
  void noMoreProcessesIsAFaultThatNamesTheStep() throws IOException {
    Path most = subtreeWith("pids.max").orElseThrow().resolve("pids.max");
    Files.writeString(most, "1");
    try {
      assertEquals(
          Verdict.OK, sandbox.run(REQUEST).verdict(), "init and payload are there already");
      SandboxException fault = assertThrows(SandboxException.class, () -> sandbox.run(REQUEST));
      assertTrue(fault.getMessage().startsWith("clone3("), fault.getMessage());
      assertTrue(fault.getMessage().contains("EAGAIN"), fault.getMessage());
    } finally {
      Files.writeString(most, "max");
    }
    assertEquals(Verdict.OK, sandbox.run(REQUEST).verdict());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cgroup.max.descendants", "cgroup.max.depth"})
  void noMoreCgroupsIsAFaultThatNamesTheDirectory(String limit) throws IOException {
    Optional<Path> subtree = subtreeWith(limit);
    Needs.machine(
        "limit on the number and depth of cgroups",
        subtree.isPresent() ? Optional.empty() : Optional.of("cgroup v1 has none"));
    Path most = subtree.orElseThrow().resolve(limit);
    Files.writeString(most, "0");
    try {
      assertEquals(Verdict.OK, sandbox.run(REQUEST).verdict(), "the init that waits has its own");
      SandboxException fault = assertThrows(SandboxException.class, () -> sandbox.run(REQUEST));
      assertTrue(fault.getMessage().contains("mkdir(" + subtree.get()), fault.getMessage());
      assertTrue(fault.getMessage().contains("EAGAIN"), fault.getMessage());
    } finally {
      Files.writeString(most, "max");
    }
    assertEquals(Verdict.OK, sandbox.run(REQUEST).verdict());
  }

  /** The directory above the jobs' leaves that has a file of this name. */
  private static Optional<Path> subtreeWith(String file) {
    return Processes.cgroups(ProcessHandle.current().pid()).stream()
        .map(Path::of)
        .filter(path -> path.getFileName().toString().startsWith("job-"))
        .map(Path::getParent)
        .filter(subtree -> Files.exists(subtree.resolve(file)))
        .findFirst();
  }
}
