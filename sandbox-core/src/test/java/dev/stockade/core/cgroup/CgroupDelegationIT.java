package dev.stockade.core.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stockade.core.fault.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Root hands cgroups over to a user that nobody is, and that user's program uses them. */
@Tag("root")
@Timeout(300)
class CgroupDelegationIT {
  /** Another one for each process that runs these tests. */
  private static final int USER = 50_000 + (int) (ProcessHandle.current().pid() % 10_000);

  @TempDir private Path folder;

  @BeforeEach
  void onlyRootDelegates() {
    assumeTrue(CgroupHost.current().uid() == 0, "only root can delegate cgroups");
  }

  @AfterEach
  void remove() {
    if (CgroupHost.current().uid() == 0) {
      CgroupDelegation.remove(USER);
    }
  }

  private static List<Path> made(List<String> actions) {
    return actions.stream()
        .filter(action -> action.startsWith("made "))
        .map(action -> Path.of(action.substring("made ".length())))
        .toList();
  }

  @Test
  void theUserCanUseThem() throws Exception {
    List<Path> made = made(CgroupDelegation.delegate(USER, USER));
    assertFalse(made.isEmpty());
    for (Path dir : made) {
      assertEquals(USER, Files.getAttribute(dir, "unix:uid"), dir.toString());
      assertEquals(USER, Files.getAttribute(dir, "unix:gid"), dir.toString());
    }
    String id = Integer.toString(USER);
    List<String> asUser = List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups");
    List<String> lines = CgroupProbe.run(folder, asUser, pid -> CgroupDelegation.enter(USER, pid));
    assertEquals("hog 137", lines.get(2), lines.toString());
    assertEquals("killed true", lines.get(3));
  }

  @Test
  void twiceIsOnceAndRemovalLeavesNothing() {
    List<Path> made = made(CgroupDelegation.delegate(USER, USER));
    List<String> again = CgroupDelegation.delegate(USER, USER);
    assertTrue(again.stream().allMatch(action -> action.startsWith("found ")), again.toString());
    assertEquals(made.size(), again.size());
    List<String> removed = CgroupDelegation.remove(USER);
    assertTrue(removed.stream().allMatch(action -> action.startsWith("removed ")), "" + removed);
    for (Path dir : made) {
      assertFalse(Files.exists(dir), dir.toString());
    }
    assertEquals(List.of(), CgroupDelegation.remove(USER));
  }

  @Test
  void anotherOwnerIsPutRight() throws Exception {
    CgroupDelegation.delegate(USER, USER - 1);
    List<String> actions = CgroupDelegation.delegate(USER, USER);
    assertTrue(actions.stream().anyMatch(a -> a.startsWith("gave ")), actions.toString());
  }

  @Test
  void processesThatEnteredGoBackBeforeRemoval() throws Exception {
    CgroupDelegation.delegate(USER, USER);
    Process shell = new ProcessBuilder("sleep", "600").start();
    try {
      List<String> entered = CgroupDelegation.enter(USER, shell.pid());
      assertEquals(CgroupDelegation.mustBeEntered(USER) ? 1 : 0, entered.size());
      CgroupDelegation.remove(USER);
      assertTrue(shell.isAlive());
    } finally {
      shell.destroyForcibly().waitFor();
    }
  }

  @Test
  void aRunningServerPreventsRemoval() {
    Path base = made(CgroupDelegation.delegate(USER, USER)).get(0);
    Path subtree = base.resolve(SubtreeName.fresh(CgroupHost.current()).toString());
    Kernfs.mkdir(subtree);
    try {
      SandboxException e =
          assertThrows(SandboxException.class, () -> CgroupDelegation.remove(USER));
      assertTrue(e.getMessage().contains("in use by"), e.getMessage());
      assertTrue(e.getMessage().contains(ProcessHandle.current().pid() + " ("), e.getMessage());
    } finally {
      Kernfs.rmdir(subtree, Duration.ZERO);
    }
  }
}
