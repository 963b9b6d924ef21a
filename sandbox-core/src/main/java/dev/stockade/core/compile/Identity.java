package dev.stockade.core.compile;

import java.util.Locale;

/** Which host ids a slot's processes have. None of them is ever 0. */
public sealed interface Identity {
  /** For people: whose ids they are. */
  String description();

  /** The server's own user and group: an ordinary user without subordinate ids. */
  record Own(int uid, int gid) implements Identity {
    @Override
    public String description() {
      return String.format(Locale.ROOT, "host user %d, group %d: the server's own", uid, gid);
    }
  }

  /** A host id range kept for jobs, taken on by a server that runs as root before anything else. */
  record Dropped(int uid, int gid) implements Identity {
    @Override
    public String description() {
      return String.format(
          Locale.ROOT, "host user %d, group %d: kept for jobs, the server is root", uid, gid);
    }
  }

  /**
   * The server's own ids as 0 and one pair of subordinate ids as 1, mapped by newuidmap(1) and
   * newgidmap(1); jobs have the subordinate pair.
   */
  record Subordinate(int ownUid, int ownGid, int subUid, int subGid) implements Identity {
    @Override
    public String description() {
      return String.format(
          Locale.ROOT,
          "host user %d, group %d: subordinate ids of user %d, group %d",
          subUid,
          subGid,
          ownUid,
          ownGid);
    }
  }
}
