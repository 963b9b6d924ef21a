package dev.stockade.fuzz.mutation;

import dev.stockade.core.linux.Sys;
import dev.stockade.core.policy.Policy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the host can see of a slot's processes, held against what they are promised to be. */
final class HostPromises {
  static final boolean AS_ROOT = Sys.euid() == 0;

  private static final String NONE = "0000000000000000";

  /** Longer than all of an init's mappings but the shared memory. */
  private static final long KIB_BESIDES = 1024;

  private static final long KIB_OF_JOB = 3 << 10;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final Policy policy;
  private final boolean hasTerminal;
  private final Broken broken;

  HostPromises(Policy policy, boolean hasTerminal, Broken broken) {
    this.policy = policy;
    this.hasTerminal = hasTerminal;
    this.broken = broken;
  }

  /** A zygote between orders. */
  void zygote(HostProcess zygote) {
    Map<String, String> status = zygote.status();
    common("the zygote", status);
    broken.check("the zygote's name", "stockade-zygote", status.get("Name"));
    broken.check("the zygote's umask", "0000", status.get("Umask"));
    broken.check("the zygote's SigBlk", NONE, status.get("SigBlk"));
    broken.check("the zygote's SigIgn", NONE, status.get("SigIgn"));
    session("the zygote", zygote);
    Optional<Map<Integer, String>> descriptors = zygote.descriptors();
    if (descriptors.isPresent()) {
      Map<Integer, String> open = descriptors.get();
      broken.check("the zygote's descriptors", Set.of(0, 1, 2, 3, 4), open.keySet());
      for (int fd = 0; fd < 3; fd++) {
        broken.check("the zygote's descriptor " + fd, "/dev/null", open.get(fd));
      }
    } else if (isOurs(status)) {
      broken.add("the zygote's descriptors are hidden from its own user");
    }
    HostProcess self = new HostProcess(Sys.pid());
    differ(self, "the server", zygote, "the zygote", List.of("user", "mnt", "net", "uts"));
  }

  /** Whether a process has our own id; one with a subordinate id is another user's. */
  private static boolean isOurs(Map<String, String> status) {
    return status.getOrDefault("Uid", "").split("\\s")[0].equals(Integer.toString(Sys.euid()));
  }

  /** An init that waits for its request. */
  void init(HostProcess zygote, HostProcess init) {
    Map<String, String> status = init.status();
    common("init", status);
    broken.check("init's name", "stockade-init", status.get("Name"));
    broken.check("init's bounding set", NONE, status.get("CapBnd"));
    broken.check("the parent of init", Optional.of(Long.toString(Sys.pid())), init.stat(1));
    long kib = Long.parseLong(status.getOrDefault("VmSize", "0 kB").replace(" kB", ""));
    if (kib > KIB_OF_JOB + KIB_BESIDES) {
      broken.add("init has " + kib + " KiB mapped");
    }
    // The seventh is the program's side of the terminal.
    descriptors(
        "init's descriptors", init, hasTerminal ? Set.of(0, 1, 2, 5, 7) : Set.of(0, 1, 2, 5));
    differ(zygote, "the zygote", init, "init", List.of("user", "mnt", "pid", "ipc"));
  }

  /** A program that runs, and its init. */
  void program(HostProcess zygote, HostProcess init, HostProcess program) {
    common("the program", program.status());
    HostProcess self = new HostProcess(Sys.pid());
    differ(
        self,
        "the server",
        program,
        "the program",
        List.of("user", "mnt", "net", "uts", "pid", "ipc", "cgroup"));
    differ(zygote, "the zygote", program, "the program", List.of("user", "mnt", "pid", "ipc"));
    if (policy.network() == Policy.Network.LOOPBACK) {
      differ(zygote, "the zygote", program, "the program", List.of("net"));
    }
    descriptors("descriptors of init while it waits", init, Set.of(5));
    new CgroupPromises(policy, program, broken).check();
  }

  /**
   * What an init has open. It closes some of it after what made us look, so it gets some time. It
   * is not dumpable: nobody but root may look at all.
   */
  private void descriptors(String what, HostProcess init, Set<Integer> wanted) {
    Optional<Set<Integer>> open = init.descriptors().map(Map::keySet);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (AS_ROOT && !open.equals(Optional.of(wanted)) && System.nanoTime() < deadline) {
      Thread.onSpinWait();
      open = init.descriptors().map(Map::keySet);
    }
    broken.check(what, AS_ROOT ? Optional.of(wanted) : Optional.empty(), open);
  }

  private void common(String who, Map<String, String> status) {
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapAmb")) {
      broken.check(who + "'s " + set, NONE, status.get(set));
    }
    broken.check(who + "'s NoNewPrivs", "1", status.get("NoNewPrivs"));
    for (String ids : List.of("Uid", "Gid")) {
      Set<String> all = new TreeSet<>(List.of(status.getOrDefault(ids, "none").split("\t")));
      all.remove("0");
      // A zygote with subordinate ids keeps the server's own as its saved id.
      int most = who.equals("the zygote") ? 2 : 1;
      if (all.isEmpty() || all.size() > most || status.getOrDefault(ids, "").startsWith("0\t")) {
        broken.add(who + "'s " + ids + " is " + status.get(ids));
      }
    }
    if (AS_ROOT || !isOurs(status)) {
      broken.check(who + "'s groups", "", status.get("Groups"));
    }
    if (AS_ROOT) {
      boolean dropped = status.getOrDefault("Uid", "").matches("(?:\\d{10}\t){3}\\d{10}");
      boolean droppedToo = status.getOrDefault("Gid", "").matches("(?:\\d{10}\t){3}\\d{10}");
      broken.check(who + " has ids of root's", false, !dropped || !droppedToo);
    }
  }

  private void session(String who, HostProcess process) {
    Optional<String> own = Optional.of(Long.toString(process.pid()));
    broken.check(who + "'s session", own, process.stat(3));
  }

  private void differ(
      HostProcess one, String oneName, HostProcess other, String otherName, List<String> kinds) {
    for (String kind : kinds) {
      Optional<String> ofOne = one.namespace(kind);
      Optional<String> ofOther = other.namespace(kind);
      if (ofOne.isPresent() && ofOne.equals(ofOther)) {
        broken.add(otherName + " is in the " + kind + " namespace of " + oneName);
      }
    }
  }
}
