package dev.stockade.core.executor;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns plans into the bytes that the executor performs.
 *
 * <p>Layout of a program: the steps of its plans, one mailbox word for each plan, a word for
 * results that nobody reads, the data, then the literal pool. All addresses are absolute, so a
 * program belongs to the address that it was encoded for.
 */
public final class PlanEncoder {
  private static final int WORD = 8;
  private static final int CLONE_ARGS_SIZE = 88;

  private final long base;
  private final Map<Slot, Long> outer;
  private final Map<Plan, Long> starts = new HashMap<>();
  private final Map<Plan, Long> mailboxes = new HashMap<>();
  private final Map<Datum, Long> data = new HashMap<>();
  private final Map<Long, Long> literals = new LinkedHashMap<>();
  private final Map<Slot, Long> addresses = new HashMap<>();
  private final List<Plan> plans = new ArrayList<>();
  private final List<Datum> order = new ArrayList<>();
  private long discard;
  private long end;

  private PlanEncoder(long base, Map<Slot, Long> outer) {
    this.base = base;
    this.outer = outer;
  }

  /** Encodes a plan, and the plans of the children that it makes, for an address. */
  public static Program encode(Plan plan, long address) {
    return encode(plan, address, Map.of());
  }

  /**
   * Encodes a plan that also uses slots of an earlier program in the same memory.
   *
   * @param outer addresses of those slots
   */
  public static Program encode(Plan plan, long address, Map<Slot, Long> outer) {
    PlanEncoder encoder = new PlanEncoder(address, outer);
    encoder.collect(plan);
    encoder.place();
    return encoder.write();
  }

  private void collect(Plan plan) {
    if (plans.contains(plan)) {
      return;
    }
    plans.add(plan);
    for (Step step : plan.steps()) {
      if (step instanceof Step.Call call) {
        call.arguments().forEach(this::collect);
        if (call.result() != null) {
          collect(call.result());
        }
      } else if (step instanceof Step.Spawn spawn) {
        collect(spawn.arguments());
        collect(spawn.pid());
        collect(spawn.child());
      } else if (step instanceof Step.Reap reap) {
        collect(reap.pid());
        collect(reap.status());
        collect(reap.usage());
      } else if (step instanceof Step.End last) {
        collect(last.target());
      }
    }
  }

  private void collect(Word word) {
    if (word instanceof Word.Address address) {
      collect(address.slot());
    } else if (word instanceof Word.Load load) {
      collect(load.slot());
    } else if (word instanceof Word.Start start) {
      collect(start.plan());
    }
  }

  private void collect(Slot slot) {
    if (!outer.containsKey(slot)) {
      collect(slot.datum());
    }
  }

  private void collect(Datum datum) {
    if (data.containsKey(datum)) {
      return;
    }
    data.put(datum, 0L);
    order.add(datum);
    if (datum instanceof Datum.Words words) {
      words.words().forEach(this::collect);
    }
  }

  private void place() {
    long at = base;
    for (Plan plan : plans) {
      starts.put(plan, at);
      at += (long) plan.steps().size() * Layout.STEP_SIZE;
    }
    for (Plan plan : plans) {
      mailboxes.put(plan, at);
      at += WORD;
    }
    discard = at;
    at += WORD;
    for (Datum datum : order) {
      data.put(datum, at);
      at += padded(datum);
    }
    end = at;
  }

  private Program write() {
    List<byte[]> steps = new ArrayList<>();
    for (Plan plan : plans) {
      for (int i = 0; i < plan.steps().size(); i++) {
        steps.add(step(plan, i));
      }
    }
    int length = Math.toIntExact(end - base) + literals.size() * WORD;
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    steps.forEach(out::put);
    plans.forEach(plan -> out.putLong(Program.NO_FAILURE));
    for (Datum datum : order) {
      out.position(offset(data.get(datum)));
      if (datum instanceof Datum.Bytes bytes) {
        out.put(bytes.content());
      } else if (datum instanceof Datum.Words words) {
        words.words().forEach(word -> out.putLong(value(word)));
      }
    }
    out.position(offset(end));
    literals.keySet().forEach(out::putLong);
    return new Program(
        base, out.array(), starts.get(plans.get(0)), Map.copyOf(data), Map.copyOf(mailboxes));
  }

  private byte[] step(Plan plan, int index) {
    ByteBuffer out = ByteBuffer.allocate(Layout.STEP_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(Layout.FAILURE, (long) index << 32);
    out.putLong(Layout.MAILBOX, mailboxes.get(plan));
    Step step = plan.steps().get(index);
    if (step instanceof Step.Call call) {
      out.putLong(Layout.OPERATION, Layout.OP_CALL);
      out.putLong(Layout.NUMBER, SyscallTable.X86_64.number(call.name()));
      for (int i = 0; i < 6; i++) {
        Word argument = i < call.arguments().size() ? call.arguments().get(i) : Word.of(0);
        out.putLong(Layout.ARGUMENTS + WORD * i, source(argument));
      }
      out.putLong(Layout.RESULT, call.result() == null ? discard : address(call.result()));
      out.putLong(Layout.TOLERATED, mask(call.tolerated()));
      out.putLong(Layout.AT_LEAST, call.atLeast());
    } else if (step instanceof Step.Spawn spawn) {
      out.putLong(Layout.OPERATION, Layout.OP_SPAWN);
      out.putLong(Layout.NUMBER, SyscallTable.X86_64.number("clone3"));
      out.putLong(Layout.ARGUMENTS, source(Word.addressOf(spawn.arguments())));
      out.putLong(Layout.ARGUMENTS + WORD, literal(CLONE_ARGS_SIZE));
      out.putLong(Layout.RESULT, address(spawn.pid()));
      out.putLong(Layout.CHILD, starts.get(spawn.child()));
    } else if (step instanceof Step.Reap reap) {
      out.putLong(Layout.OPERATION, Layout.OP_REAP);
      out.putLong(Layout.REAP_PID, address(reap.pid()));
      out.putLong(Layout.REAP_STATUS, address(reap.status()));
      out.putLong(Layout.REAP_USAGE, address(reap.usage()));
      out.putLong(Layout.TOLERATED, mask(reap.tolerated()));
    } else if (step instanceof Step.End last) {
      out.putLong(Layout.OPERATION, Layout.OP_END);
      out.putLong(Layout.END_TARGET, source(last.target()));
    }
    return out.array();
  }

  /** The address from which the executor loads a word. */
  private long source(Word word) {
    return word instanceof Word.Load load ? address(load.slot()) : literal(value(word));
  }

  private long value(Word word) {
    if (word instanceof Word.Constant number) {
      return number.value();
    }
    if (word instanceof Word.Address address) {
      return address(address.slot());
    }
    if (word instanceof Word.Start start) {
      return starts.get(start.plan());
    }
    throw new IllegalArgumentException("a datum cannot hold " + word + ": it is known only later");
  }

  private long literal(long value) {
    return literals.computeIfAbsent(value, v -> end + (long) literals.size() * WORD);
  }

  private long address(Slot slot) {
    return addresses.computeIfAbsent(slot, this::place);
  }

  private long place(Slot slot) {
    Long given = outer.get(slot);
    if (given != null) {
      return given;
    }
    if (slot.offset() < 0 || slot.offset() + WORD > padded(slot.datum())) {
      throw new IllegalArgumentException(
          "no word at offset " + slot.offset() + " of " + slot.datum());
    }
    return data.get(slot.datum()) + slot.offset();
  }

  /**
   * A datum's length with its padding: a 4-byte value in the last word may be loaded as 8 bytes.
   */
  private static long padded(Datum datum) {
    return (datum.length() + WORD - 1L) / WORD * WORD;
  }

  private static long mask(Step.Tolerance tolerated) {
    if (tolerated.any()) {
      return -1;
    }
    long mask = 0;
    for (Errno errno : tolerated.errnos()) {
      mask |= 1L << errno.number();
    }
    return mask;
  }

  private int offset(long address) {
    return Math.toIntExact(address - base);
  }
}
