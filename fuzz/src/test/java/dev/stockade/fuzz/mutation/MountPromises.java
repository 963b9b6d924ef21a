package dev.stockade.fuzz.mutation;

import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.compile.ZygotePlan;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.HostSurvey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is promised of each mount that a program has, held against its {@code mountinfo}. */
final class MountPromises {
  private static final Set<String> READ_ONLY = Set.of("ro", "nosuid", "nodev");

  private final Policy policy;
  private final List<String> lines;
  private final Broken broken;

  /** The mount that lies on top at each path. */
  private final Map<String, Line> top = new LinkedHashMap<>();

  /** A line of proc_pid_mountinfo(5). */
  private record Line(String path, Set<String> options, String type, Set<String> inner) {}

  MountPromises(Policy policy, List<String> lines, Broken broken) {
    this.policy = policy;
    this.lines = lines;
    this.broken = broken;
  }

  void check() {
    lines.forEach(this::read);
    Map<String, Set<String>> binds = new LinkedHashMap<>();
    HostFacts host = HostSurvey.of(policy);
    for (Policy.Bind bind : policy.binds()) {
      HostFacts.HostPath there = host.paths().get(bind.source());
      if (there instanceof HostFacts.HostPath.Folder || there instanceof HostFacts.HostPath.File) {
        binds.put(bind.target(), READ_ONLY);
      }
    }
    ZygotePlan.DEVICES.forEach(
        device -> binds.put("/dev/" + device, Set.of("ro", "nosuid", "noexec")));
    binds.forEach((path, options) -> has(path, options, null, Set.of()));
    has("/", READ_ONLY, "tmpfs", Set.of("size=1024k", "nr_inodes=1024", "mode=755"));
    has(
        "/proc",
        Set.of("nosuid", "nodev", "noexec"),
        "proc",
        Set.of("hidepid=invisible", "subset=pid"));
    writable(policy.workspace(), Set.of("mode=755"));
    policy.tmpfs().forEach(this::everybodys);
    strangers(binds.keySet());
  }

  private void read(String line) {
    String[] words = line.split(" ");
    if (words.length < 10) {
      broken.add("mountinfo says " + line);
      return;
    }
    int dash = List.of(words).indexOf("-");
    String path = words[4];
    top.put(path, new Line(path, set(words[5]), words[dash + 1], set(words[dash + 3])));
    if (dash > 6) {
      broken.add(path + " propagates: " + words[6]);
    }
  }

  private static Set<String> set(String options) {
    return new TreeSet<>(List.of(options.split(",")));
  }

  /** With the mode 1777, which is the only one that mountinfo does not show. */
  private void everybodys(Policy.Tmpfs tmpfs) {
    writable(tmpfs, Set.of());
    Line there = top.get(tmpfs.path());
    if (there != null && there.inner().stream().anyMatch(option -> option.startsWith("mode="))) {
      broken.add("the mode of " + tmpfs.path() + " is not 1777: " + there.inner());
    }
  }

  private void writable(Policy.Tmpfs tmpfs, Set<String> mode) {
    Set<String> options = new TreeSet<>(Set.of("rw", "nosuid", "nodev"));
    if (!tmpfs.exec()) {
      options.add("noexec");
    }
    Set<String> inner = new TreeSet<>(mode);
    inner.add("size=" + tmpfs.size().bytes() / 1024 + "k");
    inner.add("nr_inodes=" + tmpfs.inodes());
    has(tmpfs.path(), options, "tmpfs", inner);
  }

  /** That a mount is there, with at least these options. */
  private void has(
      String path,
      Set<String> options,
      @org.jspecify.annotations.Nullable String type,
      Set<String> inner) {
    Line there = top.get(path);
    if (there == null) {
      broken.add("nothing is mounted at " + path);
      return;
    }
    if (type != null) {
      broken.check("the type of " + path, type, there.type());
    }
    missing(path, options, there.options());
    missing(path, inner, there.inner());
  }

  private void missing(String path, Set<String> wanted, Set<String> there) {
    List<String> missing = new ArrayList<>(wanted);
    missing.removeAll(there);
    if (!missing.isEmpty()) {
      broken.add(path + " lacks " + missing + ", has " + there);
    }
  }

  /** Mounts that nobody promised: beneath a bind they must be as it is; others must not be. */
  private void strangers(Set<String> binds) {
    Set<String> known = new TreeSet<>(binds);
    known.addAll(Set.of("/", "/proc", policy.workspace().path()));
    policy.tmpfs().forEach(tmpfs -> known.add(tmpfs.path()));
    for (Line line : top.values()) {
      if (known.contains(line.path()) || line.path().startsWith("/proc/")) {
        continue; // what lies beneath the job's own /proc is the host's, and covered
      }
      boolean beneath = binds.stream().anyMatch(bind -> line.path().startsWith(bind + "/"));
      if (beneath) {
        missing(line.path(), READ_ONLY, line.options());
      } else {
        broken.add("a mount at " + line.path());
      }
    }
  }
}
