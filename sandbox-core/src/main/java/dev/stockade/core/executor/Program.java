package dev.stockade.core.executor;

import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import java.util.Map;

/**
 * Plans as the executor reads them: bytes for one place in the shared memory.
 *
 * @param address where the bytes belong in the executor's address space
 * @param bytes steps, literals, data and zeroed space
 * @param start address of the first plan's first step
 * @param data where each datum is
 * @param mailboxes where each plan reports the step that failed
 */
@SuppressWarnings("ArrayRecordComponent") // copied to the arena once; never compared
public record Program(
    long address,
    byte[] bytes,
    long start,
    Map<dev.stockade.core.plan.Datum, Long> data,
    Map<Plan, Long> mailboxes) {
  /** What a mailbox holds while no step of its plan has failed. */
  public static final long NO_FAILURE = -1;

  /** The address of a slot. */
  public long addressOf(Slot slot) {
    Long at = data.get(slot.datum());
    if (at == null) {
      throw new IllegalArgumentException(slot.datum() + " is not part of this program");
    }
    return at + slot.offset();
  }

  /** The first address behind this program, rounded up. */
  public long end() {
    return (address + bytes.length + 63) & ~63L;
  }
}
