package dev.stockade.server.store;

import java.util.List;

/** What became of several jobs none of which was added. */
final class Refusals {
  private Refusals() {}

  /** The same for all: the worst, unless every one is there already. */
  static List<Added> ofAll(List<Added> each, List<NewJob> jobs) {
    if (each.stream().allMatch(added -> added.kind() == Added.Kind.SAME)) {
      return each;
    }
    boolean known = each.stream().anyMatch(added -> added.kind() != Added.Kind.FULL);
    Added.Kind kind = known ? Added.Kind.OTHER : Added.Kind.FULL;
    return jobs.stream().map(job -> new Added(kind, job.id(), 0)).toList();
  }
}
