package dev.stockade.core.executor;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Performs encoded programs in Java: what {@link Layout} says and the machine code does, once more
 * and slowly.
 */
final class ReferenceInterpreter implements FakeKernel.Memory {
  private static final long WORD = 8;

  private final ByteBuffer arena =
      ByteBuffer.allocate((int) Layout.ARENA_SIZE).order(ByteOrder.LITTLE_ENDIAN);
  private final FakeKernel kernel;

  ReferenceInterpreter(FakeKernel kernel) {
    this.kernel = kernel;
  }

  void write(Program program) {
    arena.position(offset(program.address()));
    arena.put(program.bytes());
  }

  /** Performs the plan that starts at an address: the exit status of its process. */
  int run(long start) {
    try {
      long at = start;
      while (true) {
        at = step(at);
      }
    } catch (FakeKernel.Gone e) {
      return e.status();
    }
  }

  /** Performs one step: the address of the next. */
  private long step(long at) {
    long operation = load(at + Layout.OPERATION);
    if (operation == Layout.OP_CALL) {
      call(at);
    } else if (operation == Layout.OP_SPAWN) {
      spawn(at);
    } else if (operation == Layout.OP_REAP) {
      reap(at);
    } else if (operation == Layout.OP_END) {
      return load(load(at + Layout.END_TARGET));
    } else {
      throw new IllegalStateException("operation " + operation);
    }
    return at + Layout.STEP_SIZE;
  }

  private void call(long at) {
    long[] arguments = new long[6];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = load(load(at + Layout.ARGUMENTS + i * WORD));
    }
    String name = SyscallTable.X86_64.name((int) load(at + Layout.NUMBER));
    long result = kernel.call(name, arguments, this);
    store(load(at + Layout.RESULT), result);
    if (result >= load(at + Layout.AT_LEAST)) {
      return;
    }
    judge(at, result);
  }

  private void judge(long at, long result) {
    long tolerated = load(at + Layout.TOLERATED);
    long errno = result >= 0 ? 0 : -result;
    boolean accepted = tolerated == -1 || (errno < Long.SIZE && (tolerated >> errno & 1) == 1);
    if (!accepted) {
      throw fail(at, errno);
    }
  }

  private void spawn(long at) {
    long arguments = load(load(at + Layout.ARGUMENTS));
    long child = load(at + Layout.CHILD);
    long result = kernel.spawn(arguments, this, () -> run(child));
    if (result < 0) {
      throw fail(at, -result);
    }
    store(load(at + Layout.RESULT), result);
  }

  private void reap(long at) {
    while (true) {
      FakeKernel.Waited waited = kernel.reap();
      if (waited.pid() >= 0) {
        arena.putInt(offset(load(at + Layout.REAP_STATUS)), waited.status());
      } else if (waited.pid() != -Errno.EINTR.number()) {
        judge(at, waited.pid());
        return;
      }
      if (waited.pid() == load(load(at + Layout.REAP_PID))) {
        return;
      }
    }
  }

  private FakeKernel.Gone fail(long at, long errno) {
    store(load(at + Layout.MAILBOX), load(at + Layout.FAILURE) | errno);
    return new FakeKernel.Gone(Layout.FAILED_STATUS);
  }

  @Override
  public long load(long address) {
    return arena.getLong(offset(address));
  }

  @Override
  public void store(long address, long value) {
    arena.putLong(offset(address), value);
  }

  @Override
  public String string(long address) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = offset(address); arena.get(at) != 0; at++) {
      bytes.write(arena.get(at));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int offset(long address) {
    return Math.toIntExact(address - Layout.ARENA_ADDRESS);
  }
}
