package dev.stockade.core;

import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.compile.ZygotePlan;
import dev.stockade.core.policy.Policy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A line of an explanation about what a program sees at a path.
 *
 * @param type {@code tmpfs}, {@code proc}, {@code bind}, {@code device} or {@code symlink}
 * @param source what is shown; empty for a fresh file system
 * @param options how, for example {@code ro,nosuid,nodev}
 */
record ShownMount(String path, String type, String source, String options) {
  private static final String READ_ONLY = "ro,nosuid,nodev";

  static List<ShownMount> of(Policy policy, HostFacts host) {
    List<ShownMount> mounts = new ArrayList<>();
    mounts.add(new ShownMount("/", "tmpfs", "", READ_ONLY));
    for (Policy.Bind bind : policy.binds()) {
      HostFacts.HostPath there =
          host.paths().getOrDefault(bind.source(), new HostFacts.HostPath.Missing());
      if (there instanceof HostFacts.HostPath.Symlink link) {
        mounts.add(new ShownMount(bind.target(), "symlink", link.target(), ""));
      } else if (!(there instanceof HostFacts.HostPath.Missing)) {
        mounts.add(new ShownMount(bind.target(), "bind", bind.source(), READ_ONLY));
      }
    }
    for (String device : ZygotePlan.DEVICES) {
      String path = "/dev/" + device;
      mounts.add(new ShownMount(path, "device", path, "ro,nosuid,noexec"));
    }
    mounts.add(
        new ShownMount("/proc", "proc", "", "nosuid,nodev,noexec,hidepid=invisible,subset=pid"));
    mounts.add(writable(policy.workspace()));
    policy.tmpfs().forEach(tmpfs -> mounts.add(writable(tmpfs)));
    return mounts;
  }

  private static ShownMount writable(Policy.Tmpfs tmpfs) {
    return new ShownMount(
        tmpfs.path(),
        "tmpfs",
        "",
        String.format(
            Locale.ROOT,
            "rw,nosuid,nodev,%ssize=%d,nr_inodes=%d",
            tmpfs.exec() ? "" : "noexec,",
            tmpfs.size().bytes(),
            tmpfs.inodes()));
  }

  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("path", path);
    tree.put("type", type);
    tree.put("source", source);
    tree.put("options", options);
    return tree;
  }

  @Override
  public String toString() {
    String what = source.isEmpty() ? type : type + " of " + source;
    return path + ": " + what + (options.isEmpty() ? "" : ", " + options);
  }
}
