package dev.stockade.core.run;

import dev.stockade.core.compile.Identity;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Sys;
import java.util.List;
import java.util.Map;

/** Writes the id maps of a zygote with subordinate ids by newuidmap(1) and newgidmap(1). */
final class IdMapper {
  private IdMapper() {}

  static void map(int pid, Identity.Subordinate ids) {
    run("newuidmap", pid, ids.ownUid(), ids.subUid());
    run("newgidmap", pid, ids.ownGid(), ids.subGid());
  }

  private static void run(String program, int pid, int own, int subordinate) {
    int child =
        Sys.spawn(
            program,
            List.of(
                program,
                Integer.toString(pid),
                "0",
                Integer.toString(own),
                "1",
                "1",
                Integer.toString(subordinate),
                "1"),
            List.of(),
            Map.of());
    int status = Sys.waitFor(child);
    if (status != 0) {
      throw new SandboxException(
          program
              + " "
              + pid
              + " 0 "
              + own
              + " 1 1 "
              + subordinate
              + " 1 failed with wait status 0x"
              + Integer.toHexString(status)
              + " — see subuid(5): the id must be in a range"
              + " of this user in /etc/subuid and /etc/subgid");
    }
  }
}
