package dev.stockade.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.policy.Policy.Bind;
import dev.stockade.core.policy.Policy.Tmpfs;
import dev.stockade.core.policy.SeccompRules.Allow;
import dev.stockade.core.policy.SeccompRules.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InheritanceTest {
  private static final Policy DEFAULT = Policies.named("default");

  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("policies"));
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name + ".yaml"), List.of(lines), StandardCharsets.UTF_8);
  }

  @Test
  void aPolicyThatOnlyExtendsIsItsParentByAnotherName() throws IOException {
    Policy same = Policies.load(write("same", "extends: default"));
    assertEquals("same", same.name());
    assertEquals(
        Policies.render(DEFAULT), Policies.render(same), "render leaves out the name, so all else");
  }

  @Test
  void aSingleValueTakesThePlaceOfTheInheritedOneAndItsNeighboursStay() throws IOException {
    Policy own = Policies.load(write("own", "extends: default", "limits: {memory: 1GiB}"));
    Limits inherited = DEFAULT.limits();
    assertEquals(
        new Limits(
            inherited.cpuTime(),
            inherited.wallTime(),
            ByteSize.ofMebibytes(1024),
            inherited.pids(),
            inherited.output(),
            inherited.cpus()),
        own.limits());
  }

  @Test
  void bindsAreAddedAndOneOfTheSameTargetReplaced() throws IOException {
    Policy own =
        Policies.load(
            write(
                "own",
                "extends: default",
                "binds:",
                "  - /opt/tool",
                "  - {source: /opt/usr, target: /usr}"));
    List<Bind> expected = new ArrayList<>(DEFAULT.binds());
    assertTrue(expected.remove(new Bind("/usr", "/usr", false)));
    expected.add(new Bind("/opt/tool", "/opt/tool", false));
    expected.add(new Bind("/opt/usr", "/usr", false));
    assertEquals(expected, own.binds());
  }

  @Test
  void tmpfsAreAddedAndOneOfTheSamePathReplaced() throws IOException {
    Policy own =
        Policies.load(
            write(
                "own",
                "extends: default",
                "tmpfs:",
                "  - {path: /tmp, size: 1MiB, inodes: 16, exec: true}",
                "  - {path: /scratch, size: 2MiB, inodes: 32}"));
    List<Tmpfs> expected = new ArrayList<>(DEFAULT.tmpfs());
    assertTrue(expected.removeIf(tmpfs -> tmpfs.path().equals("/tmp")));
    expected.add(new Tmpfs("/tmp", ByteSize.ofMebibytes(1), 16, true));
    expected.add(new Tmpfs("/scratch", ByteSize.ofMebibytes(2), 32, false));
    assertEquals(expected, own.tmpfs());
  }

  @Test
  void replaceDropsWhatWasInherited() throws IOException {
    Policy own =
        Policies.load(
            write(
                "own",
                "extends: default",
                "binds: !replace [/usr]",
                "tmpfs: !replace []",
                "environment: !replace {TERM: dumb}"));
    assertEquals(List.of(new Bind("/usr", "/usr", false)), own.binds());
    assertEquals(List.of(), own.tmpfs());
    assertEquals(Map.of("TERM", "dumb"), own.environment());
  }

  @Test
  void variablesAreAddedAndThoseOfTheSameNameReplaced() throws IOException {
    Policy own =
        Policies.load(
            write("own", "extends: default", "environment: {HOME: /tmp, NO: no, EMPTY: \"\"}"));
    assertEquals("/tmp", own.environment().get("HOME"));
    assertEquals("no", own.environment().get("NO"), "text, never a truth value");
    assertEquals("", own.environment().get("EMPTY"));
    assertEquals(DEFAULT.environment().get("PATH"), own.environment().get("PATH"));
    assertEquals(DEFAULT.environment().size() + 2, own.environment().size());
  }

  @Test
  void rulesComeAfterTheInheritedOnes() throws IOException {
    Policy own =
        Policies.load(
            write("own", "extends: default", "seccomp:", "  rules:", "    - allow: [shmget]"));
    List<Rule> expected = new ArrayList<>(DEFAULT.seccomp().rules());
    expected.add(new Rule(new Allow(), List.of("shmget"), List.of()));
    assertEquals(expected, own.seccomp().rules());
    assertEquals(DEFAULT.seccomp().defaultErrno(), own.seccomp().defaultErrno());
  }

  @Test
  void aGrandchildInheritsThroughItsParent() throws IOException {
    write("parent", "extends: strict", "limits: {pids: 8}", "hostname: parent");
    Policy child = Policies.load(write("child", "extends: parent", "hostname: child"));
    assertEquals("child", child.hostname());
    assertEquals(8, child.limits().pids());
    assertEquals(Policies.named("strict").limits().memory(), child.limits().memory());
  }

  @Test
  void aPolicyBesideTheFileComesBeforeAShippedOneOfThatName() throws IOException {
    write("strict", "extends: default", "hostname: mine");
    Policy own = Policies.load(write("own", "extends: strict"));
    assertEquals("mine", own.hostname());
  }

  @Test
  void anInheritedPolicyMustBeRightByItself() throws IOException {
    Path parent = write("parent", "extends: default", "limits: {memory: 8GiB}");
    Path child = write("child", "extends: parent", "limits: {memory: 1GiB}");
    PolicyException e = assertThrows(PolicyException.class, () -> Policies.load(child));
    assertEquals(parent + ":2:18: limits.memory 8GiB is above the ceiling of 4GiB", e.getMessage());
    assertEquals(parent.toString(), e.file());
    assertEquals(2, e.line());
    assertEquals(18, e.column());
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path missing = folder.resolve("missing.yaml");
    PolicyException e = assertThrows(PolicyException.class, () -> Policies.load(missing));
    assertEquals(missing + ": there is no such file", e.getMessage());
    assertEquals(0, e.line());
    assertEquals(0, e.column());
  }

  @Test
  void aFolderIsNoPolicy() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner.yaml"));
    PolicyException e = assertThrows(PolicyException.class, () -> Policies.load(inner));
    assertEquals(inner + ": cannot be read: java.io.IOException: Is a directory", e.getMessage());
  }

  @Test
  void theFileNameNamesThePolicy() throws IOException {
    Path upper = write("Upper", "extends: default");
    assertEquals(
        upper
            + ": \"Upper\" cannot name a policy; a name has 1 to 64 lower-case letters, digits and"
            + " hyphens",
        assertThrows(PolicyException.class, () -> Policies.load(upper)).getMessage());
    Path other = folder.resolve("policy.yml");
    assertEquals(
        other + ": a policy's file is called NAME.yaml",
        assertThrows(PolicyException.class, () -> Policies.load(other)).getMessage());
  }

  @Test
  void aHugeFileIsRefusedUnread() throws IOException {
    Path huge = write("huge", "# " + "x".repeat(1 << 20));
    PolicyException e = assertThrows(PolicyException.class, () -> Policies.load(huge));
    assertEquals(huge + ": is larger than 1MiB", e.getMessage());
  }

  @Test
  void aByteOrderMarkDoesNotShiftAnything() throws IOException {
    Path marked = write("marked", "\uFEFFextends: default", "uid: 0");
    PolicyException e = assertThrows(PolicyException.class, () -> Policies.load(marked));
    assertEquals(marked + ":2:6: uid 0 is root; write 1 or more", e.getMessage());
  }

  @Test
  void columnsCountCharactersNotBytesOrHalves() throws IOException {
    Path flow = write("flow", "{extends: default, description: é🦀, uid: 0}");
    PolicyException e = assertThrows(PolicyException.class, () -> Policies.load(flow));
    assertEquals(flow + ":1:42: uid 0 is root; write 1 or more", e.getMessage());
  }
}
