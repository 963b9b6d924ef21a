package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.ISOLATION;

import dev.stockade.core.linux.Errno;
import java.util.Locale;

/**
 * A seccomp filter that whatever started us has installed, as container runtimes do.
 *
 * <p>A filter is asked before the kernel looks at the arguments. {@code unshare(CLONE_NEWUSER)} in
 * a process with several threads is EINVAL, unshare(2), and {@code mount} without a target is
 * EFAULT: any other answer is a filter's.
 */
final class InheritedFilter implements Probe {
  private static final String FEATURE = "free of a container's filter";
  private static final long CLONE_NEWUSER = 0x10000000L;

  @Override
  public Finding look(Host host) {
    if (host.status().seccompMode() == 0) {
      return Finding.ok(ISOLATION, FEATURE, true, "none is installed");
    }
    long unshare = host.calls().call("unshare", CLONE_NEWUSER, 0, 0, 0);
    if (unshare != -Errno.EINVAL.number()) {
      return blocked(host, "unshare(CLONE_NEWUSER)", unshare);
    }
    long mount = host.calls().call("mount", 0, 0, 0, 0);
    if (mount != -Errno.EFAULT.number()) {
      return blocked(host, "mount", mount);
    }
    return Finding.ok(
        ISOLATION, FEATURE, true, "one is installed; it lets user namespaces and mounts through");
  }

  private static Finding blocked(Host host, String call, long result) {
    Container container = host.container();
    String where =
        container == Container.NONE ? "" : ", in " + container.name().toLowerCase(Locale.ROOT);
    return Finding.missing(
        ISOLATION,
        FEATURE,
        true,
        "one is installed"
            + where
            + ", and answers "
            + call
            + " with "
            + Errno.nameOf((int) -result),
        container.fix());
  }
}
