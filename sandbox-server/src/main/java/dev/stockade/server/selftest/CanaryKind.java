package dev.stockade.server.selftest;

/** What an attack would have to touch on the host, and is looked at after every attack. */
public enum CanaryKind {
  /** A file and a folder that everybody may write to: content, time, mode, what lies beside. */
  FILES,
  /** A port on 127.0.0.1 that counts connections. */
  PORT,
  /** A process with a secret on its command line and in its environment. */
  PROCESS,
  /** Keys that this user sees: none with the attack's mark. */
  KEYRINGS,
  /** SysV segments, POSIX shared memory and message queues: none with the attack's mark. */
  SHARED_MEMORY,
  /** The mounts of this process: the same as before. */
  MOUNTS,
  /** Processes of the host: none with the attack's mark on its command line. */
  SURVIVORS
}
