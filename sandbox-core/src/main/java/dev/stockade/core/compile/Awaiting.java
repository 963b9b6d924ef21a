package dev.stockade.core.compile;

import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Word;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * A plan that ends by waiting for a message, whose word is the address of the plan to go on at.
 *
 * @param descriptors where the message's descriptors will stand
 */
public record Awaiting(Plan plan, List<Slot> descriptors) {
  static final int MAX_DESCRIPTORS = 4;

  static Awaiting on(Plan.Builder plan, int fd, String name) {
    Kernel.Message message = Kernel.receiveBuffer(MAX_DESCRIPTORS);
    Kernel.receive(plan, fd, name, message);
    plan.phase(Phase.SERVE);
    plan.end(Word.load(message.wordSlot(), "the plan in the message"));
    return new Awaiting(
        plan.build(),
        List.of(
            message.descriptor(0),
            message.descriptor(1),
            message.descriptor(2),
            message.descriptor(3)));
  }

  /** The descriptors' slots with their addresses, for the plan that goes on. */
  public Map<Slot, Long> outer(ToLongFunction<Slot> addressOf) {
    Map<Slot, Long> outer = new HashMap<>();
    descriptors.forEach(slot -> outer.put(slot, addressOf.applyAsLong(slot)));
    return outer;
  }
}
