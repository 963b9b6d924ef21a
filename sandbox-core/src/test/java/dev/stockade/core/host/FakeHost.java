package dev.stockade.core.host;

import dev.stockade.core.cgroup.CgroupController.Capability;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A host made up in a folder: at first an ordinary user's, on which everything works. */
final class FakeHost {
  private static final Map<String, Errno> USUAL_ANSWERS =
      Map.of(
          "unshare", Errno.EINVAL,
          "mount", Errno.EFAULT,
          "fsopen", Errno.EPERM);

  private final Path root;
  private final Map<String, Long> answers = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> status = new HashMap<>();
  private final List<String> links = new ArrayList<>();
  private String architecture = "amd64";
  private @Nullable HostUnsupportedException seccompFault;
  private CgroupFacts cgroups =
      new CgroupFacts(
          true,
          "cgroup v2, delegated: /sys/fs/cgroup/user.slice/stockade",
          EnumSet.complementOf(EnumSet.of(Capability.SWAP)),
          "");

  FakeHost(Path root) {
    this.root = root;
    status.put("Uid", "1000\t1000\t1000\t1000");
    status.put("CapEff", "0000000000000000");
    status.put("NoNewPrivs", "0");
    status.put("Seccomp", "0");
    answers.put("landlock_create_ruleset", 6L);
    file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/bash\n");
    file("/etc/subuid", "ada:100000:65536\n");
    file("/etc/subgid", "ada:100000:65536\n");
    for (String kind : Set.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")) {
      file("/proc/self/ns/" + kind, "");
      file("/proc/sys/user/max_" + kind + "_namespaces", "62000\n");
    }
    mounts("ext4 / /", "proc / /proc", "autofs / /proc/sys/fs/binfmt_misc", "sysfs / /sys");
    file(
        "/proc/sys/kernel/seccomp/actions_avail",
        "kill_process kill_thread trap errno user_notif allow\n");
    file("/proc/filesystems", "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\n\text4\n");
    file("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
    program("/usr/bin/newuidmap");
    program("/usr/bin/newgidmap");
    for (String tool : Set.of("gcc", "g++", "python3", "javac", "node", "go", "rustc", "bash")) {
      program("/usr/bin/" + tool);
    }
  }

  FakeHost file(String path, String content) {
    try {
      Files.createDirectories(at(path).getParent());
      Files.writeString(at(path), content, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  FakeHost program(String path) {
    file(path, "");
    if (!at(path).toFile().setExecutable(true)) {
      throw new IllegalStateException(path);
    }
    return this;
  }

  FakeHost link(String path, String target) {
    remove(path);
    try {
      Files.createDirectories(at(path).getParent());
      Files.createSymbolicLink(at(path), Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    links.add(path);
    return this;
  }

  /** Removes links that point out of the folder, about which JUnit would warn. */
  void removeLinks() {
    links.forEach(this::remove);
  }

  FakeHost remove(String path) {
    try {
      Files.deleteIfExists(at(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Replaces the mount table; each line is {@code TYPE ROOT POINT [OPTIONS]}. */
  FakeHost mounts(String... lines) {
    StringBuilder table = new StringBuilder();
    for (String line : lines) {
      String[] fields = line.split(" ");
      table
          .append("36 35 98:0 ")
          .append(fields[1] + " " + fields[2])
          .append(" rw,noatime shared:1 - ")
          .append(fields[0] + " source " + (fields.length > 3 ? fields[3] : "rw") + "\n");
    }
    return file("/proc/self/mountinfo", table.toString());
  }

  FakeHost status(String field, String value) {
    status.put(field, value);
    return this;
  }

  FakeHost root() {
    return status("Uid", "0\t0\t0\t0").status("CapEff", "000001ffffffffff");
  }

  FakeHost answer(String call, Errno errno) {
    answers.put(call, (long) -errno.number());
    return this;
  }

  FakeHost environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  FakeHost architecture(String name) {
    architecture = name;
    return this;
  }

  FakeHost cgroups(CgroupFacts facts) {
    cgroups = facts;
    return this;
  }

  FakeHost noLibSeccomp() {
    seccompFault =
        new HostUnsupportedException(
            "libseccomp", "libseccomp.so.2 cannot be loaded", "apt-get install libseccomp2");
    return this;
  }

  Host build() {
    HostFiles files = new HostFiles(root);
    StringBuilder text = new StringBuilder("Name:\tjava\n");
    status.forEach((field, value) -> text.append(field + ":\t" + value + "\n"));
    ProcStatus parsed = ProcStatus.parse(text.toString());
    return new Host(
        files,
        (name, a, b, c, d) ->
            answers.getOrDefault(
                name, (long) -USUAL_ANSWERS.getOrDefault(name, Errno.EINVAL).number()),
        parsed,
        User.of(files, parsed.uid(), "?"),
        architecture,
        environment,
        cgroups,
        seccompFault);
  }

  private Path at(String path) {
    return root.resolve(path.substring(1));
  }
}
