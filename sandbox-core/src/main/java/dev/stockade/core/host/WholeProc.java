package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

import java.util.List;

/**
 * Options of the host's own proc(5). {@code subset=pid} takes {@code /proc/sys} away, which is read
 * to learn what the kernel can do. {@code hidepid} hides the processes of others, which nobody here
 * looks at: newuidmap(1) is root's, and jobs are held by descriptors.
 */
final class WholeProc implements Probe {
  private static final String FEATURE = "all of /proc";

  @Override
  public Finding look(Host host) {
    List<String> options = host.mounts().optionsAt("/proc");
    if (options.contains("subset=pid")) {
      return Finding.missing(
          ISOLATION,
          FEATURE,
          true,
          "/proc is mounted with subset=pid, so there is no /proc/sys",
          "sudo mount -t proc proc /proc (systemd: ProcSubset=all)");
    }
    return options.stream()
        .filter(option -> option.startsWith("hidepid=") && !option.endsWith("=off"))
        .findFirst()
        .map(hidden -> Finding.ok(ISOLATION, FEATURE, true, hidden + " hides nothing we need"))
        .orElse(Finding.ok(ISOLATION, FEATURE, true, "no option restricts it"));
  }
}
