package dev.stockade.core.cgroup;

import java.util.List;

/**
 * The outcome of looking for cgroups that we may use, with the trail of what was tried, in order.
 */
public sealed interface CgroupSearch {
  /** Every place that was looked at. */
  List<Attempt> trail();

  /**
   * One place that was looked at.
   *
   * @param way how it would have been used, for example {@code cgroup v2, delegated}
   * @param place directory or address
   * @param usable whether something can be made there
   * @param why what is there, or why it cannot be used
   */
  record Attempt(String way, String place, boolean usable, String why) {}

  /**
   * A subtree is ours.
   *
   * @param controller the open subtree; the caller closes it
   */
  record Found(CgroupController controller, List<Attempt> trail) implements CgroupSearch {
    public Found {
      trail = List.copyOf(trail);
    }
  }

  /**
   * Nothing can be limited here.
   *
   * @param reason the most telling of the trail's reasons
   * @param fix the exact command that changes it
   */
  record Missing(String reason, String fix, List<Attempt> trail) implements CgroupSearch {
    public Missing {
      trail = List.copyOf(trail);
    }
  }
}
