package dev.stockade.core.seccomp;

/** What a rule that kills compiles to. Under both the call is never made. */
public enum HostileAction {
  /** SECCOMP_RET_KILL_PROCESS: the kernel ends the process with SIGSYS. */
  KILL_PROCESS,
  /**
   * SECCOMP_RET_USER_NOTIF: the call is held while whoever has the listener reads its number and
   * ends the run. Without a listener it returns ENOSYS.
   */
  USER_NOTIFY
}
