package dev.stockade.core.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.executor.FakeKernel.Scripted;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What encoded programs mean, told by the reference interpreter and a scripted kernel. */
final class PlanEncoderTest {
  private static final Step.Tolerance NOT_THERE =
      Step.Tolerance.of("a test", Errno.ENOENT, Errno.EEXIST);

  private final Scripted kernel = new Scripted();
  private final ReferenceInterpreter interpreter = new ReferenceInterpreter(kernel);

  private record Outcome(int status, long mailbox, Program program) {}

  private static Plan.Builder plan() {
    return Plan.builder("test").phase(Phase.SERVE);
  }

  private Outcome perform(Plan.Builder builder) {
    Plan plan = builder.build();
    Program program = PlanEncoder.encode(plan, Layout.ARENA_ADDRESS);
    interpreter.write(program);
    int status = interpreter.run(program.start());
    return new Outcome(status, interpreter.load(program.mailboxes().get(plan)), program);
  }

  private static long failure(long step, Errno errno) {
    return step << 32 | errno.number();
  }

  @Test
  void callsAreMadeInOrderWithTheirSixArguments() {
    Outcome outcome =
        perform(
            plan()
                .call(
                    "mmap",
                    Word.of(1),
                    Word.of(-2),
                    Word.of(3L << 40),
                    Word.of(4),
                    Word.of(5),
                    Word.of(6))
                .call("getpid")
                .call("exit_group", Word.of(42)));
    assertEquals(
        List.of("mmap(1, -2, 3298534883328, 4, 5, 6)", "getpid()", "exit_group(42)"),
        kernel.calls());
    assertEquals(42, outcome.status());
    assertEquals(Program.NO_FAILURE, outcome.mailbox());
  }

  @Test
  void theFirstFailureEndsThePlanAndIsInTheMailbox() {
    kernel.answers(7).fails(Errno.EPERM);
    Outcome outcome = perform(plan().call("getpid").call("setsid").call("exit_group"));
    assertEquals(List.of("getpid()", "setsid()"), kernel.calls());
    assertEquals(Layout.FAILED_STATUS, outcome.status());
    assertEquals(failure(1, Errno.EPERM), outcome.mailbox());
  }

  @Test
  void stepZeroIsAStepThatCanFail() {
    kernel.fails(Errno.EPERM);
    assertEquals(failure(0, Errno.EPERM), perform(plan().call("setsid")).mailbox());
  }

  @Test
  void toleratedErrnosGoOnAndOthersDoNot() {
    kernel.fails(Errno.ENOENT).fails(Errno.EEXIST).fails(Errno.EPERM);
    Outcome outcome =
        perform(
            plan()
                .call(NOT_THERE, "chdir", Word.of(1))
                .call(NOT_THERE, "chdir", Word.of(2))
                .call(NOT_THERE, "chdir", Word.of(3))
                .call("exit_group"));
    assertEquals(failure(2, Errno.EPERM), outcome.mailbox());
  }

  @Test
  void anErrnoBeyondTheMaskIsToleratedOnlyByAny() {
    kernel.fails(Errno.ENOTSOCK).fails(Errno.ETOOMANYREFS);
    Outcome outcome =
        perform(plan().call(Step.Tolerance.any("a test"), "sendmsg").call(NOT_THERE, "sendmsg"));
    assertEquals(failure(1, Errno.ETOOMANYREFS), outcome.mailbox());
    assertThrows(IllegalArgumentException.class, () -> Step.Tolerance.of("a test", Errno.ENOTSOCK));
  }

  @Test
  void aToleratedErrnoIsNotMistakenForTheOne64Below() {
    kernel.answers(-(Errno.ENOENT.number() + 64));
    assertEquals(Errno.ENOENT.number() + 64L, perform(plan().call(NOT_THERE, "chdir")).mailbox());
  }

  @Test
  void aToleranceNeedsAReason() {
    assertThrows(IllegalArgumentException.class, () -> Step.Tolerance.of(" ", Errno.ENOENT));
    assertThrows(IllegalArgumentException.class, () -> Step.Tolerance.any(""));
  }

  @Test
  void aResultBelowTheWantedOneIsAFailureWithoutErrno() {
    kernel.answers(8, 7);
    Outcome outcome =
        perform(plan().callForAtLeast(8, "write").callForAtLeast(8, "write").call("exit_group"));
    assertEquals(1L << 32, outcome.mailbox());
    assertEquals(2, kernel.calls().size());
  }

  @Test
  void resultsGoToSlotsAndFromThereToLaterSteps() {
    Slot fd = Datum.space(16, "fd").slot(8);
    kernel.answers(77);
    Outcome outcome =
        perform(plan().call(fd, "open").call("close", Word.load(fd, "fd")).call("exit_group"));
    assertEquals("close(77)", kernel.calls().get(1));
    assertEquals(77, interpreter.load(outcome.program().addressOf(fd)));
    assertEquals(0, interpreter.load(outcome.program().addressOf(fd.datum().slot(0))));
  }

  @Test
  void aFailedCallsErrnoStandsInItsSlot() {
    Slot result = Datum.space(8, "result").slot(0);
    kernel.fails(Errno.ENOENT);
    Outcome outcome = perform(plan().call(result, NOT_THERE, "open").call("exit_group"));
    assertEquals(-Errno.ENOENT.number(), interpreter.load(outcome.program().addressOf(result)));
  }

  @Test
  void dataPointToEachOther() {
    Datum text = Datum.string("hällo");
    Datum list = Datum.words("list", Word.of(5), Word.addressOf(text), Word.of(-1));
    perform(plan().call("execve", Word.addressOf(list)).call("exit_group"));
    String call = kernel.calls().get(0);
    long address = Long.parseLong(call.substring("execve(".length(), call.length() - 1));
    assertEquals(5, interpreter.load(address));
    assertEquals("hällo", interpreter.string(interpreter.load(address + 8)));
    assertEquals(-1, interpreter.load(address + 16));
  }

  @Test
  void aChildHasItsOwnPlanAndMailbox() {
    Slot pid = Datum.space(8, "pid").slot(0);
    Datum state = Datum.space(16, "state");
    Plan child = Plan.builder("child").phase(Phase.EXEC).call("getpid").call("execve").build();
    kernel.answers(99, 0).fails(Errno.ENOENT).reaps(98, 1 << 8).reaps(99, 2 << 8);
    Outcome outcome =
        perform(
            plan()
                .spawn(Datum.space(88, "clone_args"), "0", child, pid)
                .reap(pid, state.slot(0), state.slot(8))
                .call("exit_group"));
    assertEquals(
        List.of("clone3", "getpid()", "execve()", "wait4", "wait4", "exit_group()"),
        kernel.calls());
    assertEquals(
        failure(1, Errno.ENOENT), interpreter.load(outcome.program().mailboxes().get(child)));
    assertEquals(List.of(Layout.FAILED_STATUS), kernel.childStatuses());
    assertEquals(Program.NO_FAILURE, outcome.mailbox());
    assertEquals(99, interpreter.load(outcome.program().addressOf(pid)));
    assertEquals(2 << 8, interpreter.load(outcome.program().addressOf(state.slot(0))));
  }

  @Test
  void aFailedSpawnAndAFailedReapEndThePlan() {
    Datum state = Datum.space(24, "state");
    Plan child = Plan.builder("child").phase(Phase.EXEC).call("exit_group").build();
    kernel.fails(Errno.EAGAIN);
    Plan.Builder spawn =
        plan().call("getpid").spawn(Datum.space(88, "clone_args"), "0", child, state.slot(0));
    assertEquals(failure(0, Errno.EAGAIN), perform(spawn).mailbox());
    kernel.reaps(-Errno.EINTR.number(), 0).reaps(-Errno.ECHILD.number(), 0);
    Plan.Builder reap = plan().reap(state.slot(0), state.slot(8), state.slot(16));
    assertEquals(failure(0, Errno.ECHILD), perform(reap).mailbox());
  }

  @Test
  void anEndGoesOnAtAPlanThatIsKnownOrThatAMessageBrought() {
    Plan next = Plan.builder("next").phase(Phase.SERVE).call("exit_group", Word.of(5)).build();
    assertEquals(5, perform(plan().end(new Word.Start(next))).status());

    Slot message = Datum.space(8, "message").slot(0);
    Plan waiting = plan().call("recvmsg").end(Word.load(message, "the plan")).build();
    Program first = PlanEncoder.encode(waiting, Layout.ARENA_ADDRESS);
    Program second =
        PlanEncoder.encode(next, first.end(), Map.of(message, first.addressOf(message)));
    interpreter.write(first);
    interpreter.write(second);
    interpreter.store(first.addressOf(message), second.start());
    assertEquals(5, interpreter.run(first.start()));
  }

  @Test
  void aLaterProgramUsesSlotsOfAnEarlierOne() {
    Slot fd = Datum.space(8, "fd").slot(0);
    Program first = PlanEncoder.encode(plan().call(fd, "open").build(), Layout.ARENA_ADDRESS);
    Plan plan = plan().call("close", Word.load(fd, "fd")).call("exit_group").build();
    Program second = PlanEncoder.encode(plan, first.end(), Map.of(fd, first.addressOf(fd)));
    interpreter.write(first);
    interpreter.write(second);
    interpreter.store(first.addressOf(fd), 31);
    interpreter.run(second.start());
    assertEquals(List.of("close(31)", "exit_group()"), kernel.calls());
  }

  @Test
  void aSlotOutsideItsDatumIsRefused() {
    Slot outside = Datum.space(8, "fd").slot(8);
    assertThrows(
        IllegalArgumentException.class,
        () -> PlanEncoder.encode(plan().call(outside, "open").build(), Layout.ARENA_ADDRESS));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            PlanEncoder.encode(
                plan().call("close", Word.load(outside, "fd")).build(), Layout.ARENA_ADDRESS));
  }
}
