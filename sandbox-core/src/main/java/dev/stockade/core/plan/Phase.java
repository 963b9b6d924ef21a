package dev.stockade.core.plan;

/**
 * What a step is for. The order of the constants is the order in which a process goes through them;
 * each says why it stands where it stands.
 */
public enum Phase {
  SESSION(
      "first: a descriptor, session or signal setting inherited from the server must not survive"
          + " into anything else"),
  LINK(
      "before the identity: the namespaces of a linked job are joined by the power that the server's"
          + " own id has over them"),
  IDENTITY("before any namespace: host ids can only be given up while they are still ours"),
  NAMESPACES("before the mounts, which need the capabilities that a fresh user namespace gives"),
  MOUNTS("the file system, while capabilities last"),
  NETWORK("the network namespace's loopback, while capabilities last"),
  PRIVILEGES("the last use of a capability is behind us: all of them are given up, for ever"),
  READY("all that does not depend on the request is done: report, and wait for the request"),
  LIMITS("the program's limits, as late as possible so that they never hit our own set-up"),
  STDIO("the program's descriptors 0, 1 and 2 and its working folder"),
  FILTER("last before the program: from here on only what the filter allows can be called"),
  EXEC("the program itself"),
  REAP("what init does while the program runs: wait"),
  SERVE("orders that a zygote or an init takes from the server when it is up");

  private final String reason;

  Phase(String reason) {
    this.reason = reason;
  }

  /** Why it stands where it stands, as a clause without a full stop. */
  public String reason() {
    return reason;
  }
}
