package dev.stockade.core.executor;

import dev.stockade.core.linux.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntSupplier;

/** What the reference interpreter makes its system calls against. */
interface FakeKernel {
  /** A process is over: an exit, or a program executed in its place. */
  final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    Gone(int status) {
      super("status " + status, null, false, false);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /**
   * A system call.
   *
   * @return the result or −errno
   * @throws Gone when it does not return
   */
  long call(String name, long[] arguments, Memory memory);

  /**
   * clone3(2); the child runs to its end before the parent goes on.
   *
   * @param child performs the child's plan: its exit status
   * @return the child's pid or −errno
   */
  long spawn(long arguments, Memory memory, IntSupplier child);

  /** A child that wait4(2) found. */
  record Waited(long pid, int status) {}

  /** wait4(2) with −1: a pid, or −errno. */
  Waited reap();

  /** The arena as the executor sees it. */
  interface Memory {
    long load(long address);

    void store(long address, long value);

    /** The bytes of a C string. */
    String string(long address);
  }

  /** A kernel that records calls and answers what it was told to, 0 when it was told nothing. */
  final class Scripted implements FakeKernel {
    private final List<String> calls = new ArrayList<>();
    private final List<Integer> childStatuses = new ArrayList<>();
    private final Deque<Long> results = new ArrayDeque<>();
    private final Deque<Waited> waits = new ArrayDeque<>();

    Scripted answers(long... next) {
      for (long result : next) {
        results.add(result);
      }
      return this;
    }

    Scripted fails(Errno errno) {
      return answers(-errno.number());
    }

    Scripted reaps(long pid, int status) {
      waits.add(new Waited(pid, status));
      return this;
    }

    /** For example {@code close(3)}, trailing zeroes of the six arguments left out. */
    List<String> calls() {
      return calls;
    }

    /** With which status each child ended. */
    List<Integer> childStatuses() {
      return childStatuses;
    }

    @Override
    public long call(String name, long[] arguments, Memory memory) {
      record(name, arguments);
      if (name.equals("exit_group")) {
        throw new Gone((int) arguments[0]);
      }
      return results.isEmpty() ? 0 : results.poll();
    }

    private void record(String name, long[] arguments) {
      int count = arguments.length;
      while (count > 0 && arguments[count - 1] == 0) {
        count--;
      }
      List<String> shown = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        shown.add(Long.toString(arguments[i]));
      }
      calls.add(name + "(" + String.join(", ", shown) + ")");
    }

    @Override
    public long spawn(long arguments, Memory memory, IntSupplier child) {
      calls.add("clone3");
      long result = results.isEmpty() ? 0 : results.poll();
      if (result > 0) {
        childStatuses.add(child.getAsInt());
      }
      return result;
    }

    @Override
    public Waited reap() {
      calls.add("wait4");
      return waits.remove();
    }
  }
}
