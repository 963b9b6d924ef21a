package dev.stockade.fuzz.filter;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.executor.FilteredProcess;
import dev.stockade.core.executor.FilteredProcess.Entry;
import dev.stockade.core.executor.FilteredProcess.Question;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.seccomp.BpfProgram;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompData;
import dev.stockade.core.testing.Needs;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The filter of every shipped policy, as the sandbox installs it, asked in the kernel. */
final class ShippedFiltersIT {
  /** The same arguments each time; the rules are the same as well. */
  private static final long SEED = 42;

  static Stream<Arguments> filters() {
    return Policies.names().stream()
        .flatMap(
            name -> Stream.of(HostileAction.values()).map(hostile -> Arguments.of(name, hostile)));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void rulesEvaluatorAndKernelAgreeOnTheSyscallEntryAndX32(String policy, HostileAction hostile) {
    int compared = agreement(policy, hostile).check(SeccompData.AUDIT_ARCH_X86_64);
    assertTrue(compared > 2400, () -> compared + " calls");
  }

  @ParameterizedTest
  @MethodSource("filters")
  void rulesEvaluatorAndKernelAgreeOnTheI386Entry(String policy, HostileAction hostile) {
    Needs.machine("i386 system-call entry", whyNoI386());
    int compared = agreement(policy, hostile).check(SeccompData.AUDIT_ARCH_I386);
    assertTrue(compared > 2400, () -> compared + " calls");
  }

  private static Agreement agreement(String policy, HostileAction hostile) {
    return new Agreement(policy, FilterRules.of(Policies.named(policy)), hostile, new Random(SEED));
  }

  /** In User-Mode Linux, for one, int 0x80 is taken for the 64-bit entry. */
  private static Optional<String> whyNoI386() {
    byte[] whichEntry = {
      0x20, 0, 0, 0, 4, 0, 0, 0, // ld [4], the architecture
      0x15, 0, 0, 1, 3, 0, 0, 0x40, // jeq #AUDIT_ARCH_I386, 0, 1
      0x06, 0, 0, 0, 7, 0, 5, 0, // ret ERRNO(7)
      0x06, 0, 0, 0, 8, 0, 5, 0 // ret ERRNO(8)
    };
    Question getpid = new Question(20, Collections.nCopies(6, 0L));
    long result = FilteredProcess.ask(whichEntry, Entry.INT_0X80, List.of(getpid)).get(0);
    return result == -7
        ? Optional.empty()
        : Optional.of("int 0x80 " + (result == -8 ? "is the 64-bit entry" : "is a fault"));
  }

  /** That a call which is made is noticed: here all are. */
  @Test
  void aFilterThatPassesCallsIsNoAnswer() {
    byte[] allow = {0x06, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f}; // ret ALLOW
    Question getpid = new Question(39, Collections.nCopies(6, 0L));
    long pid = FilteredProcess.ask(allow, Entry.SYSCALL, List.of(getpid)).get(0);
    assertTrue(pid > 1, () -> "getpid returned " + pid);
  }

  @Test
  void aFilterThatComputesItsAnswerIsRefused() {
    byte[] computes = {0x16, 0, 0, 0, 0, 0, 0, 0}; // ret A
    SeccompData call = SeccompData.x86_64(39);
    assertThrows(
        IllegalArgumentException.class,
        () -> KernelAnswer.of(new BpfProgram(computes), List.of(call)));
  }
}
