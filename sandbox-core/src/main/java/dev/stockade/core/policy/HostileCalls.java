package dev.stockade.core.policy;

import java.util.Set;

/**
 * System calls that no policy may allow: each changes the host, undoes a namespace, or opens a
 * channel that no namespace closes.
 */
final class HostileCalls {
  static final Set<String> ALL =
      Set.of(
          // The kernel itself: kexec_load(2), init_module(2), reboot(2), swapon(2), acct(2).
          "kexec_load",
          "kexec_file_load",
          "init_module",
          "finit_module",
          "delete_module",
          "reboot",
          "swapon",
          "swapoff",
          "acct",
          "quotactl",
          "quotactl_fd",
          "iopl",
          "ioperm",
          "syslog",
          // Kernel code and attack surface: bpf(2), perf_event_open(2), io_uring(7).
          "bpf",
          "perf_event_open",
          "userfaultfd",
          "io_uring_setup",
          "io_uring_enter",
          "io_uring_register",
          // Namespaces and mounts, the sandbox's own tools.
          "unshare",
          "setns",
          "mount",
          "umount2",
          "pivot_root",
          "chroot",
          "fsopen",
          "fsconfig",
          "fsmount",
          "fspick",
          "open_tree",
          "move_mount",
          "mount_setattr",
          // Other processes: ptrace(2), process_vm_readv(2), pidfd_getfd(2), kcmp(2).
          "ptrace",
          "process_vm_readv",
          "process_vm_writev",
          "process_madvise",
          "pidfd_getfd",
          "kcmp",
          // Channels that outlive a run: keyrings(7), open_by_handle_at(2), fanotify(7).
          "add_key",
          "request_key",
          "keyctl",
          "name_to_handle_at",
          "open_by_handle_at",
          "fanotify_init",
          "lookup_dcookie");

  private HostileCalls() {}
}
