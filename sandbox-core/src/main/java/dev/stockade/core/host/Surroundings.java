package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

import java.util.Locale;

/** What we run in, where that decides what can be mended and how: a container, a pod, WSL. */
final class Surroundings implements Probe {
  private static final String FEATURE = "where this runs";

  /** Either is made by WSL alone. */
  private static final String WSL_INTEROP = "/proc/sys/fs/binfmt_misc/WSLInterop";

  private static final String WSL_NAME = "WSL_DISTRO_NAME";

  /** Where systemd is the init: sd_booted(3). */
  private static final String SYSTEMD = "/run/systemd/system";

  @Override
  public Finding look(Host host) {
    Container container = host.container();
    if (container != Container.NONE) {
      return Finding.ok(
          ISOLATION,
          FEATURE,
          false,
          "in "
              + container.name().toLowerCase(Locale.ROOT)
              + "; packaging/README.md says how to start one for Stockade");
    }
    boolean wsl = host.environment().containsKey(WSL_NAME) || host.files().exists(WSL_INTEROP);
    return wsl
        ? wsl(host)
        : Finding.ok(ISOLATION, FEATURE, false, "in no container, as far as it shows");
  }

  private static Finding wsl(Host host) {
    String name = host.environment().getOrDefault(WSL_NAME, "DISTRIBUTION");
    if (!host.files().exists("/proc/self/ns/user")) {
      return Finding.missing(
          ISOLATION,
          FEATURE,
          true,
          "in WSL 1, which has no Linux kernel",
          "in Windows: wsl --set-version " + name + " 2");
    }
    if (!host.files().exists(SYSTEMD) && !host.cgroups().found()) {
      return Finding.degraded(
          ISOLATION,
          FEATURE,
          false,
          "in WSL 2 without systemd, so that nobody delegates cgroups",
          "add the lines [boot] and systemd=true to /etc/wsl.conf, then in Windows: wsl --shutdown");
    }
    return Finding.ok(ISOLATION, FEATURE, false, "in WSL 2");
  }
}
