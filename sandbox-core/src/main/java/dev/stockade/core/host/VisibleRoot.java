package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

/** In a chroot(2) no user namespace can be made: EPERM, user_namespaces(7). */
final class VisibleRoot implements Probe {
  private static final String FEATURE = "not in a chroot";

  @Override
  public Finding look(Host host) {
    if (host.mounts().mounts().stream().anyMatch(mount -> mount.point().equals("/"))) {
      return Finding.ok(ISOLATION, FEATURE, true, "the root folder is a mount");
    }
    return Finding.missing(
        ISOLATION,
        FEATURE,
        true,
        "the root folder is no mount, so this is a chroot; the kernel refuses user namespaces there",
        "enter it with pivot_root instead: sudo systemd-nspawn -D FOLDER, or bwrap --bind FOLDER /");
  }
}
