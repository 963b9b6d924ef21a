package dev.stockade.core.compile;

import java.util.Map;

/**
 * What plans need to know of a host.
 *
 * @param paths what stands at each path that a policy binds
 * @param lastCapability number of the kernel's last capability ({@code
 *     /proc/sys/kernel/cap_last_cap})
 * @param legacyCgroups how many v1 hierarchies have controllers that limit jobs; 0 with v2
 */
public record HostFacts(Map<String, HostPath> paths, int lastCapability, int legacyCgroups) {
  public HostFacts {
    paths = Map.copyOf(paths);
  }

  /** What stands at a path of the host. */
  public sealed interface HostPath {
    /** A folder. */
    record Folder() implements HostPath {}

    /** Anything else that can be bound: a file or device. */
    record File() implements HostPath {}

    /** A symbolic link, shown as such. */
    record Symlink(String target) implements HostPath {}

    /** Nothing. */
    record Missing() implements HostPath {}
  }
}
