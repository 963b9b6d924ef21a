package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

import dev.stockade.core.host.MountTable.Mount;
import java.util.List;
import java.util.Set;

/**
 * Whether a user namespace may mount a fresh proc(5).
 *
 * <p>The kernel permits it only where a proc mount is visible of which nothing is covered, except
 * by mounts on folders that are always empty. Container runtimes mask {@code /proc/kcore} and
 * others, and so forbid it: EPERM.
 */
final class FreshProc implements Probe {
  private static final String FEATURE = "a fresh /proc";

  /** Folders of proc(5) that exist only to be mounted on. */
  private static final Set<String> ALWAYS_EMPTY =
      Set.of("/sys/fs/binfmt_misc", "/fs/nfsd", "/openprom");

  @Override
  public Finding look(Host host) {
    MountTable table = host.mounts();
    List<Mount> procs =
        table.mounts().stream()
            .filter(mount -> mount.type().equals("proc") && mount.root().equals("/"))
            .toList();
    String covered = "";
    for (Mount proc : procs) {
      List<Mount> masks =
          table.below(proc.point()).stream()
              .filter(mask -> !ALWAYS_EMPTY.contains(mask.point().substring(proc.point().length())))
              .toList();
      if (masks.isEmpty()) {
        return Finding.ok(ISOLATION, FEATURE, true, proc.point() + " is visible in full");
      }
      covered = masks.get(0).point();
    }
    if (procs.isEmpty()) {
      return Finding.missing(
          ISOLATION, FEATURE, true, "no proc is mounted", "sudo mount -t proc proc /proc");
    }
    return Finding.missing(
        ISOLATION,
        FEATURE,
        true,
        covered + " is covered by another mount, so the kernel refuses a new proc",
        host.container() == Container.NONE ? "sudo umount " + covered : host.container().fix());
  }
}
