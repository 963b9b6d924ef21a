package dev.stockade.core.cgroup;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a directory that one process made: it says which, so that a later server can tell
 * what a dead one left behind.
 *
 * @param pid the maker
 * @param startTime when the maker was started, in clock ticks since boot
 * @param pidNamespace where {@code pid} counts
 * @param role {@code home} for the leaf that our own process moved to, else a number
 */
record SubtreeName(long pid, long startTime, long pidNamespace, String role) {
  static final String HOME = "home";

  private static final Pattern FORMAT =
      Pattern.compile("stockade-(\\d{1,18})-(\\d{1,18})-(\\d{1,18})-(home|\\d{1,9})");
  private static final AtomicInteger NEXT = new AtomicInteger();

  /** A name that nobody else uses. */
  static SubtreeName fresh(CgroupHost host) {
    return own(host, Integer.toString(NEXT.getAndIncrement()));
  }

  static SubtreeName own(CgroupHost host, String role) {
    OptionalLong start = host.startTime(host.pid());
    return new SubtreeName(host.pid(), start.orElseThrow(), host.pidNamespace(), role);
  }

  static Optional<SubtreeName> parse(String name) {
    Matcher matcher = FORMAT.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new SubtreeName(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                matcher.group(4)))
        : Optional.empty();
  }

  boolean isHome() {
    return role.equals(HOME);
  }

  /**
   * Whether the maker is known to have ended. One of another PID namespace cannot be judged from
   * here, and counts as alive.
   */
  boolean isStale(CgroupHost host) {
    if (pidNamespace != host.pidNamespace()) {
      return false;
    }
    OptionalLong start = host.startTime(pid);
    return start.isEmpty() || start.getAsLong() != startTime;
  }

  @Override
  public String toString() {
    return "stockade-" + pid + "-" + startTime + "-" + pidNamespace + "-" + role;
  }
}
