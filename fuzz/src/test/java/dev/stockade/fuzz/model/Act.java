package dev.stockade.fuzz.model;

/** One thing that the program {@code actor.c} does, spelt as its argument. */
sealed interface Act {
  record Exit(int status) implements Act {
    @Override
    public String toString() {
      return "exit:" + status;
    }
  }

  /** Sends itself a signal. */
  record Signal(int number) implements Act {
    @Override
    public String toString() {
      return "signal:" + number;
    }
  }

  /** Takes memory and keeps it, or has a child take it. */
  record Alloc(int mebibytes, boolean inChild) implements Act {
    @Override
    public String toString() {
      return (inChild ? "childalloc:" : "alloc:") + mebibytes;
    }
  }

  /** Uses CPU time, or has a child use it. */
  record Burn(int millis, boolean inChild) implements Act {
    @Override
    public String toString() {
      return (inChild ? "childburn:" : "burn:") + millis;
    }
  }

  record Sleep(int millis) implements Act {
    @Override
    public String toString() {
      return "sleep:" + millis;
    }
  }

  /** Writes to standard output (1) or standard error (2). */
  record Write(int stream, int bytes) implements Act {
    @Override
    public String toString() {
      return "write:" + stream + ":" + bytes;
    }
  }

  /** Makes children that stay. */
  record Fork(int count) implements Act {
    @Override
    public String toString() {
      return "fork:" + count;
    }
  }

  /** Leaves a process behind whose parent is gone, in a session of its own. */
  record Orphan() implements Act {
    @Override
    public String toString() {
      return "orphan";
    }
  }

  /** Ignores every signal that can be ignored, but SIGCHLD. */
  record Ignore() implements Act {
    @Override
    public String toString() {
      return "ignore";
    }
  }

  /** Makes a hostile system call. */
  record Mount() implements Act {
    @Override
    public String toString() {
      return "mount";
    }
  }
}
