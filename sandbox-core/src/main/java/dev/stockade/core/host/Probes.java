package dev.stockade.core.host;

import dev.stockade.core.cgroup.CgroupController.Capability;
import java.util.List;

/** Every probe, in the order in which people should read the answers. */
final class Probes {
  private static final long NO_FD = -1;
  private static final long BAD_FLAGS = 0xffff_ffffL;

  private static final List<Probe> ALL =
      List.of(
          new Surroundings(),
          new UserNamespaceSupport(),
          new UserNamespaceSwitch(),
          new NamespaceQuotas(),
          new AppArmorRestriction(),
          new ContainerProfile(),
          new InheritedFilter(),
          new VisibleRoot(),
          new NamespaceKinds(),
          new WholeProc(),
          new FreshProc(),
          new SubordinateIds(),
          new CgroupTree(),
          new CgroupLimit("memory limit", Capability.MEMORY, "memory"),
          new SwapLimit(),
          new CgroupLimit("process limit", Capability.PIDS, "pids"),
          new CgroupLimit("CPU rate limit", Capability.CPU_RATE, "cpu"),
          new CgroupLimit("CPU time accounting", Capability.CPU_ACCOUNTING, "cpuacct"),
          new SeccompSupport(),
          new SeccompLibrary(),
          new LandlockSupport(),
          new Architecture(),
          new KernelCall("clone3", "5.3", "starting processes in their namespaces", 0, 0, 0),
          new KernelCall("close_range", "5.9", "leaving no descriptor open", 1, 0, 0),
          new KernelCall("openat2", "5.6", "opening a job's files safely", NO_FD, 0, 0),
          new KernelCall("fsopen", "5.2", "workspaces held by descriptor", 0, BAD_FLAGS, 0),
          new KernelCall("mount_setattr", "5.12", "read-only folders", NO_FD, 0, BAD_FLAGS),
          new KernelCall("pidfd_open", "5.3", "signals that cannot go astray", NO_FD, 0, 0),
          new KernelCall("memfd_create", "3.17", "machine code without a file", 0, BAD_FLAGS, 0),
          new ExecutableMemfd(),
          new FileSystemType("tmpfs"),
          new FileSystemType("proc"),
          new Toolchain("C", "gcc", "gcc"),
          new Toolchain("C++", "g++", "g++"),
          new Toolchain("Python", "python3", "python3"),
          new Toolchain("Java", "javac", "default-jdk-headless"),
          new Toolchain("JavaScript", "node", "nodejs"),
          new Toolchain("Go", "go", "golang-go", "/usr/local/go/bin", "/usr/lib/go/bin"),
          new Toolchain("Rust", "rustc", "rustc"),
          new Toolchain("Bash", "bash", "bash"));

  private Probes() {}

  static List<Probe> all() {
    return ALL;
  }
}
