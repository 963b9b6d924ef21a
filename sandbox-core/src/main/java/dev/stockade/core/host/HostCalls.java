package dev.stockade.core.host;

/** The system calls that probes make: such as cannot succeed, or change nothing when they do. */
interface HostCalls {
  /**
   * Makes one call with its first four arguments; further ones are undefined.
   *
   * @param name the kernel's name of it
   * @return its result, or −errno
   */
  long call(String name, long a, long b, long c, long d);
}
