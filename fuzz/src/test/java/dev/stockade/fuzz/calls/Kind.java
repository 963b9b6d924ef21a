package dev.stockade.fuzz.calls;

/** What the result of a call is, where later calls have a use for it. */
enum Kind {
  /** A descriptor. */
  FD,
  /** A process or thread. */
  PID,
  /** The address of a mapping. */
  MAP,
  /** A System V object, a timer, a protection key. */
  ID,
  /** Nothing to be used again. */
  NONE
}
