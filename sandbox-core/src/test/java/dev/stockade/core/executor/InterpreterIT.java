package dev.stockade.core.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.executor.RandomPlans.Built;
import dev.stockade.core.executor.RandomPlans.Op;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/** The machine code on the kernel against the reference interpreter on a model of the kernel. */
final class InterpreterIT {
  /** What is left of a program: the exit status, mailboxes, slots, which children were made. */
  private record Left(
      int status, List<Long> mailboxes, List<Long> slots, List<Boolean> made, long waitStatus) {

    static Left of(int status, Built built, Program program, LongUnaryOperator load) {
      List<Long> mailboxes = new ArrayList<>();
      for (Plan plan : built.plans()) {
        mailboxes.add(load.applyAsLong(program.mailboxes().get(plan)));
      }
      List<Long> slots = new ArrayList<>();
      for (int offset = 0; offset < built.slots().length(); offset += 8) {
        slots.add(word(program, built.slots().slot(offset), load));
      }
      List<Boolean> made = new ArrayList<>();
      for (Slot pid : built.pids()) {
        made.add(word(program, pid, load) > 0);
      }
      long waited = word(program, built.status().slot(0), load);
      return new Left(status, mailboxes, slots, made, waited);
    }

    /** 0 where no step of the program names the slot's datum. */
    private static long word(Program program, Slot slot, LongUnaryOperator load) {
      return program.data().containsKey(slot.datum())
          ? load.applyAsLong(program.addressOf(slot))
          : 0;
    }
  }

  @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
  void theMachineCodeDoesWhatTheInterpreterDoes(@ForAll("plans") List<Op> ops) {
    Built built = RandomPlans.build(ops);
    Program program = PlanEncoder.encode(built.plan(), Layout.ARENA_ADDRESS);
    Left expected = interpreted(built, program);
    Statistics.label("ends").collect(expected.status() == 3 ? "at its end" : "at a failed step");
    assertEquals(expected, performed(built, program));
  }

  @Provide
  Arbitrary<List<Op>> plans() {
    return RandomPlans.ops();
  }

  private static Left interpreted(Built built, Program program) {
    ReferenceInterpreter interpreter = new ReferenceInterpreter(new ModelKernel());
    interpreter.write(program);
    int status = interpreter.run(program.start());
    return Left.of(status, built, program, interpreter::load);
  }

  private static Left performed(Built built, Program program) {
    Fd[] pair = Sys.socketPair();
    Executor executor = Executor.create();
    try (Arena arena = Arena.create();
        MessageSocket ours = new MessageSocket(pair[0])) {
      arena.write(program);
      int pid = executor.spawn(pair[1], arena.fd());
      pair[1].close();
      assertTrue(ours.receive(60_000_000_000L).isEmpty());
      int status = Sys.waitFor(pid);
      assertEquals(0, status & 0xff, "ended by a signal");
      return Left.of(status >> 8, built, program, arena::read);
    }
  }
}
