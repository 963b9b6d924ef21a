package dev.stockade.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.seccomp.BpfEvaluator;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompAction;
import dev.stockade.core.seccomp.SeccompAction.Kind;
import dev.stockade.core.seccomp.SeccompCompiler;
import dev.stockade.core.seccomp.SeccompData;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the shipped policies' filters answer, as the kernel would run them. */
final class ShippedFiltersTest {
  private static final String ALLOWED = "allowed";
  private static final String KILLED = "killed";
  private static final long SIGCHLD = 17;
  private static final long CLONE_NEWUSER = 0x1000_0000L;
  private static final long AF_INET = 2;
  private static final long AF_VSOCK = 40;
  private static final long TCGETS = 0x5401;
  private static final long TIOCSTI = 0x5412;

  private static final Map<String, BpfEvaluator> FILTERS = new HashMap<>();

  static Stream<Arguments> everywhere() {
    return Policies.names().stream()
        .flatMap(
            name ->
                Stream.of(
                    Arguments.of(name, "read", new long[] {0}, ALLOWED),
                    Arguments.of(name, "openat", new long[] {0}, ALLOWED),
                    Arguments.of(name, "execve", new long[] {0}, ALLOWED),
                    Arguments.of(name, "exit_group", new long[] {0}, ALLOWED),
                    Arguments.of(name, "mmap", new long[] {0}, ALLOWED),
                    Arguments.of(name, "fork", new long[] {0}, ALLOWED),
                    Arguments.of(name, "vfork", new long[] {0}, ALLOWED),
                    Arguments.of(name, "clone", new long[] {SIGCHLD}, ALLOWED),
                    Arguments.of(name, "clone", new long[] {SIGCHLD | CLONE_NEWUSER}, "EPERM"),
                    Arguments.of(name, "clone3", new long[] {0}, "ENOSYS"),
                    Arguments.of(name, "unshare", new long[] {CLONE_NEWUSER}, "EPERM"),
                    Arguments.of(name, "ioctl", new long[] {0, TCGETS}, ALLOWED),
                    Arguments.of(name, "ioctl", new long[] {0, TIOCSTI}, "EPERM"),
                    Arguments.of(name, "ioctl", new long[] {0, TIOCSTI | 1L << 32}, "EPERM"),
                    Arguments.of(name, "ptrace", new long[] {0}, "EPERM"),
                    Arguments.of(name, "kexec_load", new long[] {0}, KILLED),
                    Arguments.of(name, "kexec_file_load", new long[] {0}, KILLED),
                    Arguments.of(name, "mount", new long[] {0}, KILLED)));
  }

  static Stream<Arguments> inSome() {
    return Stream.of(
        Arguments.of("default", "socket", new long[] {AF_INET}, ALLOWED),
        Arguments.of("strict", "socket", new long[] {AF_INET}, "EPERM"),
        Arguments.of("default", "socket", new long[] {AF_VSOCK}, "EAFNOSUPPORT"),
        Arguments.of("strict", "socket", new long[] {AF_VSOCK}, "EPERM"),
        Arguments.of("default", "memfd_create", new long[] {0}, ALLOWED),
        Arguments.of("strict", "memfd_create", new long[] {0}, "EPERM"));
  }

  @ParameterizedTest
  @MethodSource({"everywhere", "inSome"})
  void theFilterAnswers(String policy, String call, long[] arguments, String answer) {
    BpfEvaluator filter =
        FILTERS.computeIfAbsent(
            policy,
            name ->
                new BpfEvaluator(
                    new SeccompCompiler()
                        .compile(Policies.named(name).seccomp(), HostileAction.KILL_PROCESS)));
    SeccompData data = SeccompData.x86_64(SyscallTable.X86_64.number(call), arguments);
    assertEquals(answer, name(filter.evaluate(data)));
  }

  private static String name(SeccompAction action) {
    return action.kind() == Kind.ALLOW
        ? ALLOWED
        : action.kind() == Kind.KILL_PROCESS ? KILLED : Errno.nameOf(action.data());
  }
}
