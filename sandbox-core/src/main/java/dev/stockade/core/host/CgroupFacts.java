package dev.stockade.core.host;

import dev.stockade.core.cgroup.CgroupController.Capability;
import java.util.Set;

/**
 * What the search for usable cgroups came to.
 *
 * @param found whether a subtree is ours
 * @param description where it is, or the most telling reason why there is none
 * @param capabilities what can be limited and counted in it
 * @param fix the command that would give us what is missing
 */
record CgroupFacts(boolean found, String description, Set<Capability> capabilities, String fix) {
  CgroupFacts {
    capabilities = Set.copyOf(capabilities);
  }
}
