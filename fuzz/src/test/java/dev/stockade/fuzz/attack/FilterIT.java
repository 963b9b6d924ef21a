package dev.stockade.fuzz.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.testing.Needs;
import dev.stockade.fuzz.Holds;
import dev.stockade.fuzz.Sandboxes;
import dev.stockade.server.selftest.Lesson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The system-call filter in the kernel: every call that is not allowed, through every entry. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FilterIT {
  /** Hundreds of calls, each in a process of its own. */
  private static final LimitOverrides AMPLE =
      new LimitOverrides(Duration.ofMinutes(1), Duration.ofMinutes(2), null, null, null, null);

  /** What no rule names; the policy's {@code seccomp.default}. */
  private static final String DEFAULT = "EPERM";

  /** Calls that no rule names, but a sibling of theirs, with the outcome that they have by that. */
  private static final Map<String, String> BY_SIBLING =
      Map.ofEntries(
          Map.entry("fsopen", "kill"),
          Map.entry("fsconfig", "kill"),
          Map.entry("fsmount", "kill"),
          Map.entry("fspick", "kill"),
          Map.entry("open_tree", "kill"),
          Map.entry("open_tree_attr", "kill"),
          Map.entry("move_mount", "kill"),
          Map.entry("mount_setattr", "kill"),
          Map.entry("socketpair", "allow"));

  @BeforeAll
  static void need() {
    Sandboxes.needDefaultPolicy();
  }

  /** Linux 6.14 and newer pass them by every filter; outside of a probe they end in SIGILL. */
  private static final List<String> NEVER_FILTERED = List.of("uprobe", "uretprobe");

  /** What the default policy's rules say of each call that they never allow: errno or kill. */
  private static Map<String, String> denied() {
    Map<String, String> outcomes = new TreeMap<>();
    SyscallTable.X86_64.numbers().keySet().forEach(call -> outcomes.put(call, DEFAULT));
    outcomes.putAll(BY_SIBLING);
    outcomes.keySet().removeAll(NEVER_FILTERED);
    List<SeccompRules.Rule> rules = Sandboxes.policy("default").seccomp().rules();
    for (SeccompRules.Rule rule : rules) {
      if (rule.action() instanceof SeccompRules.Allow) {
        rule.calls().forEach(call -> outcomes.put(call, "allow"));
      }
    }
    for (SeccompRules.Rule rule : rules) { // the strictest rule wins
      if (rule.action() instanceof SeccompRules.Errno errno && rule.when().isEmpty()) {
        rule.calls().forEach(call -> outcomes.put(call, errno.name()));
      } else if (rule.action() instanceof SeccompRules.Kill) {
        rule.calls().forEach(call -> outcomes.put(call, "kill"));
      }
    }
    outcomes.values().removeIf("allow"::equals);
    return outcomes;
  }

  static Stream<String> killed() {
    return denied().entrySet().stream()
        .filter(entry -> entry.getValue().equals("kill"))
        .map(Map.Entry::getKey);
  }

  private static int number(String call) {
    return SyscallTable.X86_64.numbers().get(call);
  }

  private static RunResult attacker(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("./attacker"));
    command.addAll(arguments);
    return Sandboxes.of("default")
        .run(
            RunRequest.command(command)
                .executable("attacker", Attacker.program())
                .limits(AMPLE)
                .build());
  }

  /** "NUMBER OUTCOME" lines by number. */
  private static Map<String, String> outcomes(RunResult result) {
    assertEquals(Verdict.OK, result.verdict(), () -> Results.describe(result));
    Map<String, String> outcomes = new LinkedHashMap<>();
    Results.text(result.stdout())
        .lines()
        .forEach(
            line ->
                outcomes.put(
                    line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1)));
    return outcomes;
  }

  @Test
  @Holds(Lesson.SIBLING_CALLS)
  void everyCallThatIsNotAllowedGivesItsErrno() {
    Map<String, String> wanted = new LinkedHashMap<>();
    denied()
        .forEach(
            (call, outcome) -> {
              if (!outcome.equals("kill")) {
                wanted.put(Integer.toString(number(call)), outcome);
              }
            });
    assertFalse(wanted.isEmpty());
    List<String> arguments = new ArrayList<>(List.of("native"));
    arguments.addAll(wanted.keySet());
    assertEquals(wanted, outcomes(attacker(arguments)));
  }

  @Test
  @Holds(Lesson.SIBLING_CALLS)
  void aCallThatNobodyKnowsIsNotThere() {
    assertEquals(
        Map.of("600", "ENOSYS", "4000", "ENOSYS", "-1", DEFAULT),
        outcomes(attacker(List.of("native", "600", "4000", "-1"))));
  }

  @ParameterizedTest
  @MethodSource("killed")
  @Holds(Lesson.SIBLING_CALLS)
  void aHostileCallEndsTheRunByItsName(String call) {
    RunResult result = attacker(List.of("one", Integer.toString(number(call))));
    assertEquals(Verdict.SECURITY_VIOLATION, result.verdict(), () -> Results.describe(result));
    assertEquals(call, result.evidence().deniedSyscall());
    assertEquals("", Results.text(result.stdout()));
  }

  @Test
  @Holds(Lesson.SIBLING_CALLS)
  void everyCallThroughTheX32EntryIsKilled() {
    List<String> arguments = new ArrayList<>(List.of("x32"));
    Map<String, String> wanted = new LinkedHashMap<>();
    for (int number : SyscallTable.X86_64.numbers().values().stream().sorted().toList()) {
      arguments.add(Integer.toString(number));
      wanted.put(Integer.toString(number), "signal 31");
    }
    for (int number = 512; number <= 547; number++) { // the calls that only x32 has
      arguments.add(Integer.toString(number));
      wanted.put(Integer.toString(number), "signal 31");
    }
    assertEquals(wanted, outcomes(attacker(arguments)));
  }

  @Test
  @Holds(Lesson.SIBLING_CALLS)
  void everyCallThroughTheI386EntryIsKilled() throws Exception {
    Needs.machine("i386 system-call entry", whyNoI386());
    List<String> numbers = LongStream.rangeClosed(0, 466).mapToObj(Long::toString).toList();
    List<String> arguments = new ArrayList<>(List.of("i386"));
    arguments.addAll(numbers);
    Map<String, String> wanted = new LinkedHashMap<>();
    numbers.forEach(number -> wanted.put(number, "signal 31"));
    assertEquals(wanted, outcomes(attacker(arguments)));
  }

  /** Makes i386's getpid(2), number 20, outside the sandbox. */
  private static Optional<String> whyNoI386() throws IOException, InterruptedException {
    Path program = Files.createTempFile("stockade-attacker", "");
    try {
      Files.write(program, Attacker.program());
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      Process outside = new ProcessBuilder(program.toString(), "i386", "20").start();
      String said = new String(outside.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      outside.waitFor();
      return said.equals("20 done\n") ? Optional.empty() : Optional.of("it said " + said);
    } finally {
      Files.delete(program);
    }
  }
}
