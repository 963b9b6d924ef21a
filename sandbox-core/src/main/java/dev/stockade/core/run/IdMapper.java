package dev.stockade.core.run;

import dev.stockade.core.compile.Identity;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Sys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes id maps that only another process may write. */
final class IdMapper {
  private IdMapper() {}

  /** Of a zygote with subordinate ids, by newuidmap(1) and newgidmap(1). */
  static void map(int pid, Identity.Subordinate ids) {
    run("newuidmap", pid, List.of("0 " + ids.ownUid() + " 1", "1 " + ids.subUid() + " 1"));
    run("newgidmap", pid, List.of("0 " + ids.ownGid() + " 1", "1 " + ids.subGid() + " 1"));
  }

  /** Of a link: the ids of the job's programs, and the server's own where it is no root. */
  static void mapLink(int pid, List<Identity> identities) {
    Set<Integer> uids = new LinkedHashSet<>();
    Set<Integer> gids = new LinkedHashSet<>();
    boolean isRoot = false;
    for (Identity identity : identities) {
      if (identity instanceof Identity.Dropped ids) {
        isRoot = true;
        uids.add(ids.uid());
        gids.add(ids.gid());
      } else if (identity instanceof Identity.Subordinate ids) {
        uids.addAll(List.of(ids.ownUid(), ids.subUid()));
        gids.addAll(List.of(ids.ownGid(), ids.subGid()));
      } else if (identity instanceof Identity.Own ids) {
        uids.add(ids.uid());
        gids.add(ids.gid());
      }
    }
    if (isRoot) {
      write("/proc/" + pid + "/uid_map", toThemselves(uids));
      write("/proc/" + pid + "/gid_map", toThemselves(gids));
    } else {
      run("newuidmap", pid, toThemselves(uids));
      run("newgidmap", pid, toThemselves(gids));
    }
  }

  private static List<String> toThemselves(Set<Integer> ids) {
    return ids.stream().map(id -> id + " " + id + " 1").toList();
  }

  private static void write(String path, List<String> lines) {
    try (Fd map = Sys.openForWriting(path)) {
      Sys.writeFully(map, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void run(String program, int pid, List<String> lines) {
    List<String> command = new ArrayList<>(List.of(program, Integer.toString(pid)));
    lines.forEach(line -> command.addAll(List.of(line.split(" ", -1))));
    int status = Sys.waitFor(Sys.spawn(program, command, List.of(), Map.of()));
    if (status != 0) {
      throw new SandboxException(
          String.join(" ", command)
              + " failed with wait status 0x"
              + Integer.toHexString(status)
              + " — see subuid(5): the id must be in a range"
              + " of this user in /etc/subuid and /etc/subgid");
    }
  }
}
