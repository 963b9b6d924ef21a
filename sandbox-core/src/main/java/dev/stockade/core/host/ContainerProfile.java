package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

import java.util.List;

/**
 * The AppArmor profile that a container's runtime puts on it, apparmor(7): it denies every mount,
 * in user namespaces too, which shows as EACCES when a sandbox is made.
 */
final class ContainerProfile implements Probe {
  private static final String FEATURE = "free of a container's AppArmor";

  /** Those of Docker, of Podman and CRI-O, of containerd. */
  private static final List<String> NAMES =
      List.of("docker-default", "containers-default-", "crio-default", "cri-containerd.apparmor.d");

  @Override
  public Finding look(Host host) {
    String label = host.files().read("/proc/self/attr/current");
    String profile = label == null ? "" : label.strip().replace("\0", "");
    boolean denies = profile.endsWith("(enforce)") && NAMES.stream().anyMatch(profile::startsWith);
    return denies
        ? Finding.missing(
            ISOLATION,
            FEATURE,
            true,
            "the profile " + profile + " denies every mount",
            host.container().fix())
        : Finding.ok(ISOLATION, FEATURE, true, "no runtime's profile is on us");
  }
}
