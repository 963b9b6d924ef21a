package dev.stockade.core.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.Rule;
import dev.stockade.core.seccomp.SeccompAction.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The filter of the default policy, evaluated. */
final class DefaultFilterTest {
  private static final SeccompCompiler COMPILER = new SeccompCompiler();
  private static final BpfEvaluator FILTER = filter(TestRules.DEFAULT);

  private static BpfEvaluator filter(SeccompRules rules) {
    return new BpfEvaluator(COMPILER.compile(rules, HostileAction.USER_NOTIFY));
  }

  private static SeccompAction answer(BpfEvaluator filter, String call, long... arguments) {
    return filter.evaluate(SeccompData.x86_64(SyscallTable.X86_64.number(call), arguments));
  }

  /** Every call that a kill rule names, with its siblings. */
  static List<String> killed() {
    List<String> killed = new ArrayList<>();
    for (Rule rule : TestRules.DEFAULT.rules()) {
      if (rule.action() instanceof SeccompRules.Kill) {
        assertTrue(rule.when().isEmpty(), "this test knows of no conditions on kills");
        rule.calls().stream()
            .flatMap(call -> Siblings.familyOf(call).stream())
            .forEach(member -> killed.add(member.call()));
      }
    }
    return killed.stream().distinct().toList();
  }

  @Test
  void theRulesReadAsTheGoldenFileSays() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DefaultFilterTest.class.getResourceAsStream("default-filter.txt"))) {
      String golden = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(
          golden,
          String.join("\n", SeccompExplain.describe(TestRules.DEFAULT, HostileAction.USER_NOTIFY))
              + "\n");
    }
  }

  @ParameterizedTest
  @CsvFileSource(resources = "default-filter-calls.csv", numLinesToSkip = 1)
  void aCallGetsItsAnswer(String call, String arguments, String answer) {
    long[] words =
        arguments == null
            ? new long[0]
            : List.of(arguments.trim().split(" ")).stream()
                .mapToLong(word -> Long.parseUnsignedLong(word, 16))
                .toArray();
    assertEquals(answer, answer(FILTER, call, words).toString());
  }

  @ParameterizedTest
  @MethodSource("killed")
  void aHostileCallIsReportedThroughItsOwnEntryAndKilledThroughTheOthers(String call) {
    int number = SyscallTable.X86_64.number(call);
    assertEquals(Kind.USER_NOTIFY, FILTER.evaluate(SeccompData.x86_64(number)).kind());
    assertEquals(
        Kind.KILL_PROCESS,
        FILTER.evaluate(SeccompData.x86_64(number | SeccompData.X32_SYSCALL_BIT)).kind());
    List<Long> zeros = Collections.nCopies(6, 0L);
    SyscallTable.I386
        .find(call)
        .ifPresent(
            i386 ->
                assertEquals(
                    Kind.KILL_PROCESS,
                    FILTER
                        .evaluate(new SeccompData(i386, SeccompData.AUDIT_ARCH_I386, 0, zeros))
                        .kind()));
  }

  @Test
  void whatIsDeniedByNameStaysDeniedWhateverAPolicyAdds() {
    List<Rule> rules = new ArrayList<>(TestRules.DEFAULT.rules());
    rules.add(TestRules.allow(List.copyOf(SyscallTable.X86_64.numbers().keySet())));
    BpfEvaluator generous = filter(new SeccompRules("EPERM", rules));
    killed().forEach(call -> assertEquals(Kind.USER_NOTIFY, answer(generous, call).kind(), call));
    assertEquals("ERRNO(ENOSYS)", answer(generous, "clone3").toString());
    assertEquals("ERRNO(ENOSYS)", answer(generous, "io_uring_setup").toString());
    assertEquals("ERRNO(ENOSYS)", answer(generous, "inotify_add_watch").toString());
    assertEquals("ERRNO(EAFNOSUPPORT)", answer(generous, "socket", 40, 1, 0).toString());
    assertEquals("ERRNO(EPERM)", answer(generous, "ioctl", 0, 0x5412).toString());
    assertEquals("ALLOW", answer(generous, "chroot").toString());
  }

  @ParameterizedTest
  @CsvSource({"38, AF_ALG", "17, AF_PACKET", "40, AF_VSOCK", "15, AF_KEY", "44, AF_XDP"})
  void noFamilyThatLeavesTheNamespaceOrIsOnlyKernelCode(long family, String name) {
    for (String call : List.of("socket", "socketpair")) {
      for (long type = 1; type <= 5; type++) {
        assertEquals("ERRNO(EAFNOSUPPORT)", answer(FILTER, call, family, type, 0).toString(), name);
      }
    }
  }

  @Test
  void everyNamespaceFlagOfCloneIsDenied() {
    long sigchld = 17;
    for (long flag :
        new long[] {
          0x0002_0000L, // CLONE_NEWNS
          0x0200_0000L, // CLONE_NEWCGROUP
          0x0400_0000L, // CLONE_NEWUTS
          0x0800_0000L, // CLONE_NEWIPC
          0x1000_0000L, // CLONE_NEWUSER
          0x2000_0000L, // CLONE_NEWPID
          0x4000_0000L, // CLONE_NEWNET
        }) {
      assertEquals("ERRNO(EPERM)", answer(FILTER, "clone", flag | sigchld).toString());
    }
    long pthreadCreate = 0x003d_0f00L;
    assertEquals("ALLOW", answer(FILTER, "clone", pthreadCreate).toString());
    assertEquals("ALLOW", answer(FILTER, "clone", sigchld).toString());
  }
}
