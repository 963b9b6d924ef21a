package dev.stockade.fuzz;

import dev.stockade.core.linux.SyscallTable;
import java.util.ArrayList;
import java.util.List;

/** Attacks by arguments of system calls that are allowed with others. */
final class FilterAttacks {
  private FilterAttacks() {}

  private static final List<String> NAMESPACES =
      List.of("20000", "2000000", "4000000", "8000000", "10000000", "20000000", "40000000");

  static final List<Attack> ALL = all();

  private static List<Attack> all() {
    List<Attack> all = new ArrayList<>();
    all.add(
        Attack.c(
                Lesson.NO_PRIVILEGE,
                "clone with each CLONE_NEW* flag, alone and with high bits",
                clones())
            .prints(clonesRefused())
            .build());
    all.add(
        Attack.python(
                Lesson.NO_PRIVILEGE,
                "namespaces by unshare and by clone3, which hides its flags",
                """
                from attempts import *
                import struct
                for flag in (0x10000000, 0x20000, 0x40000000, 0x80, 0):
                    attempt(f'unshare {flag:x}', call, 272, flag)
                    attempt(f'clone3 {flag:x}', call, 435, struct.pack('8Q', flag, 0, 0, 0, 17, 0, 0, 0), 64)
                """)
            .prints(
                "unshare 10000000: EPERM",
                "clone3 10000000: ENOSYS",
                "unshare 20000: EPERM",
                "clone3 20000: ENOSYS",
                "unshare 40000000: EPERM",
                "clone3 40000000: ENOSYS",
                "unshare 80: EPERM",
                "clone3 80: ENOSYS",
                "unshare 0: EPERM",
                "clone3 0: ENOSYS")
            .build());
    all.add(
        Attack.python(
                Lesson.NO_TERMINAL,
                "TIOCSTI and TIOCLINUX, with any bits above the 32 that the kernel looks at",
                """
                from attempts import *
                for command in (0x5412, 0x541c):
                    for high in (0, 1 << 32, 0xffffffff << 32, 1 << 63):
                        for fd in (0, 1, 2, 999):
                            try:
                                call(16, fd, command | high, b'x')
                                print('done')
                            except OSError as e:
                                if e.errno != errno.EPERM:
                                    print(hex(command | high), fd, e)
                """)
            .build());
    all.add(
        Attack.python(
                Lesson.NO_TERMINAL,
                "no controlling terminal, and none to be had",
                """
                from attempts import *
                attempt('/dev/tty', os.open, '/dev/tty', os.O_RDWR)
                attempt('/dev/ptmx', os.open, '/dev/ptmx', os.O_RDWR)
                attempt('/dev/pts', os.listdir, '/dev/pts')
                attempt('/dev/console', os.open, '/dev/console', os.O_RDWR)
                attempt('ctermid', os.open, os.ctermid(), os.O_RDWR)
                print([os.isatty(fd) for fd in range(3)])
                print(open('/proc/self/stat').read().rsplit(')', 1)[1].split()[4])  # tty_nr
                print(os.getsid(0) == os.getpid())
                attempt('vhangup', call, 153)
                """)
            .prints(
                "/dev/tty: ENOENT",
                "/dev/ptmx: ENOENT",
                "/dev/pts: ENOENT",
                "/dev/console: ENOENT",
                "ctermid: ENOENT",
                "[False, False, False]",
                "0",
                "True",
                "vhangup: EPERM")
            .build());
    all.add(
        Attack.python(
                Lesson.NO_CHANNEL,
                "sockets of families that no network namespace ends",
                """
                from attempts import *
                allowed, refused = set(), set()
                for family in range(64):
                    for kind in (1, 2, 3, 5):
                        for protocol in (0, 1, 6, 17, 33, 132, 136, 255, 262):
                            for high in (0, 1 << 32):
                                try:
                                    os.close(call(41, family | high, kind, protocol | high))
                                    allowed.add((family, protocol))
                                except OSError as e:
                                    if family not in (1, 2, 10, 16):
                                        refused.add(errno.errorcode[e.errno])
                print(sorted(pair for pair in allowed if pair[0] in (1, 16)), refused)
                print(sorted(pair for pair in allowed if pair[0] not in (1, 16)))
                for family in (2, 10, 16, 38, 40):
                    attempt(f'socketpair {family}', call, 53, family, 1, 0, bytes(8))
                """)
            .prints(
                "[(1, 0), (1, 1), (16, 0)] {'EAFNOSUPPORT'}",
                "[]",
                "socketpair 2: EAFNOSUPPORT",
                "socketpair 10: EAFNOSUPPORT",
                "socketpair 16: ESOCKTNOSUPPORT",
                "socketpair 38: EAFNOSUPPORT",
                "socketpair 40: EAFNOSUPPORT")
            .build());
    all.add(
        Attack.python(
                Lesson.NO_CHANNEL,
                "who opens a shared file: inotify, dnotify, fanotify, leases",
                """
                from attempts import *
                attempt('inotify_init', call, 253)
                attempt('inotify_init1', call, 294, 0)
                attempt('inotify_add_watch', call, 254, 0, b'/usr/bin', 1)
                attempt('fanotify_init', call, 300, 0, 0)
                folder = os.open('/usr/bin', os.O_RDONLY)
                file = os.open('/usr/bin/env', os.O_RDONLY)
                for high in (0, 1 << 32):
                    attempt('F_NOTIFY', call, 72, folder, 1026 | high, 1)
                    attempt('F_SETLEASE', call, 72, file, 1024 | high, 0)
                """)
            .prints(
                "inotify_init: ENOSYS",
                "inotify_init1: ENOSYS",
                "inotify_add_watch: ENOSYS",
                "fanotify_init: EPERM",
                "F_NOTIFY: EINVAL",
                "F_SETLEASE: EINVAL",
                "F_NOTIFY: EINVAL",
                "F_SETLEASE: EINVAL")
            .build());
    all.add(
        Attack.python(
                Lesson.NO_CHANNEL,
                "userfaultfd, io_uring, perf events, other processes' memory, VSOCK",
                """
                from attempts import *
                import struct
                attempt('userfaultfd', call, 323, 0)
                attempt('/dev/userfaultfd', os.open, '/dev/userfaultfd', os.O_RDWR)
                attempt('io_uring_setup', call, 425, 8, bytes(120))
                attempt('perf_event_open', call, 298, struct.pack('II', 1, 112) + bytes(104), 0, -1, -1, 0)
                attempt('ptrace', call, 101, 16, 1, 0, 0)
                attempt('process_vm_readv', call, 310, 1, 0, 0, 0, 0, 0)
                attempt('pidfd_getfd', call, 438, os.pidfd_open(1), 0, 0)
                attempt('kcmp', call, 312, 1, os.getpid(), 0, 0, 0)
                attempt('VSOCK', call, 41, 40, 1, 0)
                attempt('/dev/vsock', os.open, '/dev/vsock', os.O_RDWR)
                attempt('memfd_secret', call, 447, 0)
                attempt('syslog', call, 103, 3, bytes(100), 100)
                """)
            .prints(
                "userfaultfd: EPERM",
                "/dev/userfaultfd: ENOENT",
                "io_uring_setup: ENOSYS",
                "perf_event_open: EPERM",
                "ptrace: EPERM",
                "process_vm_readv: EPERM",
                "pidfd_getfd: EPERM",
                "kcmp: EPERM",
                "VSOCK: EAFNOSUPPORT",
                "/dev/vsock: ENOENT",
                "memfd_secret: ENOSYS",
                "syslog: EPERM")
            .build());
    all.add(
        Attack.python(
                Lesson.NO_PRIVILEGE,
                "execution domains that weaken the layout of memory or speak for other machines",
                """
                from attempts import *
                for domain in (0x100000, 0x400000, 0x8, 0x20008, 0x40008):
                    attempt(hex(domain), call, 135, domain)
                attempt('ask', call, 135, 0xffffffff)
                """)
            .prints(
                "0x100000: EPERM",
                "0x400000: EPERM",
                "0x8: EPERM",
                "0x20008: EPERM",
                "0x40008: EPERM",
                "ask: done")
            .build());
    all.add(
        Attack.python(
                Lesson.SIBLING_CALLS,
                "a filter of its own, to hide a hostile call behind",
                """
                from attempts import *
                import struct
                # A filter that allows everything, by prctl(PR_SET_SECCOMP).
                code = struct.pack('HBBI', 6, 0, 0, 0x7fff0000)
                buffer = ctypes.create_string_buffer(code)
                program = struct.pack('HxxxxxxQ', 1, ctypes.addressof(buffer))
                attempt('seccomp', call, %d, 1, 0, program)
                attempt('prctl', call, 157, 22, 2, program, 0, 0)
                attempt('unshare', call, 272, 0x10000000)
                attempt('mount', call, 165, b'', b'/', b'', 0, b'')
                """
                    .formatted(SyscallTable.X86_64.numbers().get("seccomp")))
            .ends(dev.stockade.core.Verdict.SECURITY_VIOLATION)
            .prints("seccomp: ENOSYS", "prctl: EINVAL", "unshare: EPERM")
            .build());
    return List.copyOf(all);
  }

  private static String[] clones() {
    List<String> words = new ArrayList<>(List.of("clones"));
    for (String flag : NAMESPACES) {
      words.add("0x" + flag);
      words.add("0xffffffff" + "0".repeat(8 - flag.length()) + flag);
    }
    return words.toArray(String[]::new);
  }

  private static String[] clonesRefused() {
    return java.util.Arrays.stream(clones())
        .skip(1)
        .map(flags -> flags + " EPERM")
        .toArray(String[]::new);
  }
}
