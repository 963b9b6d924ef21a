package dev.stockade.core.plan;

/**
 * What a step is for. The order of the constants is the order in which a process goes through them;
 * each says why it stands where it stands.
 */
public enum Phase {
  /**
   * First: a descriptor or session inherited from the server must not survive into anything else.
   */
  SESSION,
  /** Before any namespace: host ids can only be dropped while they are still ours. */
  IDENTITY,
  /** Before the mounts, which need the capabilities that a fresh user namespace gives. */
  NAMESPACES,
  /** The file system, while capabilities last. */
  MOUNTS,
  /** The network namespace's loopback, while capabilities last. */
  NETWORK,
  /** The last use of a capability is behind us: give up all of them, for ever. */
  PRIVILEGES,
  /** Everything that does not depend on the request is done: report, and wait for the request. */
  READY,
  /** The program's limits, set as late as possible so that they never hit our own set-up. */
  LIMITS,
  /** The program's descriptors 0, 1 and 2 and its working folder. */
  STDIO,
  /** Last before the program: from here on only what the filter allows can be called. */
  FILTER,
  /** The program itself. */
  EXEC,
  /** What init does while the program runs: wait. */
  REAP,
  /** Orders that a zygote performs for the server between runs. */
  SERVE
}
