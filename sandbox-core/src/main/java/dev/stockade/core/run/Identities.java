package dev.stockade.core.run;

import dev.stockade.core.compile.Identity;
import dev.stockade.core.linux.Sys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Hands every slot of this server its own host ids, where the host has any to give. */
final class Identities {
  private final BitSet used = new BitSet();
  private final int uid = Sys.euid();
  private final int gid = Sys.egid();
  private final Optional<Range> subUids;
  private final Optional<Range> subGids;

  private record Range(int first, int count) {}

  Identities() {
    boolean mapper = onPath("newuidmap") && onPath("newgidmap");
    this.subUids = mapper && uid != 0 ? range("/etc/subuid", uid) : Optional.empty();
    this.subGids = mapper && uid != 0 ? range("/etc/subgid", uid) : Optional.empty();
  }

  /** The ids of one more slot, and the number by which they are given back. */
  synchronized Lease lease() {
    int number = used.nextClearBit(0);
    used.set(number);
    return new Lease(number, identity(number));
  }

  synchronized void giveBack(Lease lease) {
    used.clear(lease.number());
  }

  record Lease(int number, Identity identity) {}

  private Identity identity(int number) {
    if (uid == 0) {
      int id = DroppedIds.ofThisProcess().id(Sys.pid(), number);
      return new Identity.Dropped(id, id);
    }
    if (subUids.isPresent()
        && subGids.isPresent()
        && number < subUids.get().count()
        && number < subGids.get().count()) {
      return new Identity.Subordinate(
          uid, gid, subUids.get().first() + number, subGids.get().first() + number);
    }
    return new Identity.Own(uid, gid);
  }

  private static boolean onPath(String program) {
    String path = System.getenv("PATH");
    for (String folder : path == null ? new String[0] : path.split(":")) {
      if (Files.isExecutable(Path.of(folder.isEmpty() ? "." : folder, program))) {
        return true;
      }
    }
    return false;
  }

  /** The first range of a user in subuid(5): lines of {@code name-or-uid:first:count}. */
  private static Optional<Range> range(String file, int uid) {
    try {
      List<String> owners = new ArrayList<>(List.of(Integer.toString(uid)));
      owners.add(System.getProperty("user.name"));
      for (String line : Files.readAllLines(Path.of(file), StandardCharsets.UTF_8)) {
        String[] fields = line.split(":", -1);
        if (fields.length == 3 && owners.contains(fields[0])) {
          return Optional.of(new Range(Integer.parseInt(fields[1]), Integer.parseInt(fields[2])));
        }
      }
      return Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional
          .empty(); // no usable range: jobs have the server's own ids, as without newuidmap
    }
  }
}
