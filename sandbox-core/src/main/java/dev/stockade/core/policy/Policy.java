package dev.stockade.core.policy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a program meets inside the sandbox and what it may use: a policy file, resolved.
 *
 * <p>A policy with its inheritance applied; no value is missing and no two contradict each other.
 * It holds no kernel types: {@code dev.stockade.core.compile} turns it into system calls.
 *
 * @param name as in {@code policies/NAME.yaml}
 * @param description one sentence for people
 * @param hostname what {@code uname} shows
 * @param uid the program's user id inside; 1 or more
 * @param gid the program's group id inside; 1 or more
 * @param binds host files and folders shown read-only
 * @param workspace the writable folder in which the program starts
 * @param tmpfs further writable folders, fresh and empty for each run
 * @param environment the whole environment of the program, in alphabetical order of names; the
 *     server's is never passed on
 * @param umask file mode creation mask, 0 to 0777
 * @param network what the network namespace holds
 * @param limits what a run gets when its request asks for nothing
 * @param ceilings the most that a request may ask for
 * @param rlimits per-process kernel limits
 * @param seccomp the system-call filter
 * @param degraded what to do when the host cannot give a protection named here
 */
public record Policy(
    String name,
    String description,
    String hostname,
    int uid,
    int gid,
    List<Bind> binds,
    Tmpfs workspace,
    List<Tmpfs> tmpfs,
    Map<String, String> environment,
    int umask,
    Network network,
    Limits limits,
    Limits ceilings,
    Rlimits rlimits,
    SeccompRules seccomp,
    Degraded degraded) {
  public Policy {
    binds = List.copyOf(binds);
    tmpfs = List.copyOf(tmpfs);
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
  }

  /**
   * A host file or folder shown read-only, nosuid and nodev.
   *
   * @param source absolute path on the host; a symlink there is shown as the same symlink
   * @param target absolute path inside
   * @param optional whether a host without the source is fine
   */
  public record Bind(String source, String target, boolean optional) {}

  /**
   * A fresh tmpfs, nosuid and nodev.
   *
   * @param path absolute path inside
   * @param size the most its files may hold; counted in the memory limit as well
   * @param inodes the most files and folders in it
   * @param exec whether programs in it may be executed
   */
  public record Tmpfs(String path, ByteSize size, long inodes, boolean exec) {}

  /** What the network namespace holds. */
  public enum Network {
    /** {@code lo}, down, and no IPv4 or IPv6 socket: no address can be reached. */
    NONE,
    /** {@code lo}, up, in a namespace made for this run alone. */
    LOOPBACK,
    /** As {@link #NONE}, but with the other programs of a linked job as {@link #LOOPBACK}. */
    LINKED
  }

  /** The policy of a run that is not part of a linked job. */
  public Policy alone() {
    return network == Network.LINKED ? with(Network.NONE) : this;
  }

  /**
   * The policy of a program of a linked job.
   *
   * @throws IllegalStateException when it does not allow that
   */
  public Policy inLink() {
    if (network == Network.NONE) {
      throw new IllegalStateException("policy " + name + " has no network");
    }
    return with(Network.LINKED);
  }

  /** This policy with other limits for runs that ask for nothing. */
  public Policy with(Limits others) {
    return with(network, others);
  }

  private Policy with(Network other) {
    return with(other, limits);
  }

  private Policy with(Network otherNetwork, Limits otherLimits) {
    return new Policy(
        name,
        description,
        hostname,
        uid,
        gid,
        binds,
        workspace,
        tmpfs,
        environment,
        umask,
        otherNetwork,
        otherLimits,
        ceilings,
        rlimits,
        seccomp,
        degraded);
  }

  /**
   * getrlimit(2) values, soft and hard alike.
   *
   * @param fileSize RLIMIT_FSIZE, the largest file
   * @param openFiles RLIMIT_NOFILE
   * @param stack RLIMIT_STACK
   * @param lockedMemory RLIMIT_MEMLOCK
   * @param messageQueues RLIMIT_MSGQUEUE
   * @param pendingSignals RLIMIT_SIGPENDING
   */
  public record Rlimits(
      ByteSize fileSize,
      int openFiles,
      ByteSize stack,
      ByteSize lockedMemory,
      ByteSize messageQueues,
      int pendingSignals) {}

  /** What to do when the host cannot give a protection or limit that the policy names. */
  public enum Degraded {
    /** Refuse to run, naming the missing piece and its fix. */
    REFUSE,
    /** Run without it; every result says so in {@code degraded}. */
    ALLOW
  }
}
