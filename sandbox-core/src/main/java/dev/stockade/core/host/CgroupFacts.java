package dev.stockade.core.host;

import dev.stockade.core.cgroup.CgroupController;
import dev.stockade.core.cgroup.CgroupController.Capability;
import dev.stockade.core.cgroup.CgroupSearch;
import dev.stockade.core.cgroup.Cgroups;
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

  /**
   * Searches this host. A subtree that is found is opened and removed again at once.
   *
   * @param user name of the user to whom a subtree would be delegated
   */
  static CgroupFacts search(String user) {
    CgroupSearch search = Cgroups.find();
    CgroupFacts facts = of(search, user);
    if (search instanceof CgroupSearch.Found found) {
      found.controller().close();
    }
    return facts;
  }

  /** What a search has come to whose subtree, if there is one, stays open. */
  static CgroupFacts of(CgroupSearch search, String user) {
    if (search instanceof CgroupSearch.Found found) {
      CgroupController controller = found.controller();
      return new CgroupFacts(
          true,
          controller.description(),
          controller.capabilities(),
          "sudo ./stockade delegate " + user);
    }
    CgroupSearch.Missing missing = (CgroupSearch.Missing) search;
    return new CgroupFacts(false, missing.reason(), Set.of(), missing.fix());
  }
}
