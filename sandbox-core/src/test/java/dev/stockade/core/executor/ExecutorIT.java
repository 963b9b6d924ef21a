package dev.stockade.core.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The machine code itself, on the kernel: what each operation does and how failures come back. */
final class ExecutorIT {
  private static final long SECOND = 1_000_000_000L;

  private record Outcome(int status, Program program, Arena arena) {}

  private static Outcome perform(Plan plan) throws Exception {
    Program program = PlanEncoder.encode(plan, Layout.ARENA_ADDRESS);
    Arena arena = Arena.create();
    Fd[] pair = Sys.socketPair();
    Executor executor = Executor.create();
    try (MessageSocket ours = new MessageSocket(pair[0])) {
      arena.write(program);
      int pid = executor.spawn(pair[1], arena.fd());
      pair[1].close();
      assertTrue(ours.receive(60 * SECOND).isEmpty());
      return new Outcome(Sys.waitFor(pid), program, arena);
    }
  }

  private static long failure(Outcome outcome, Plan plan) {
    return outcome.arena().read(outcome.program().mailboxes().get(plan));
  }

  @Test
  void callsPassSixArgumentsAndKeepResults() throws Exception {
    Path file = Files.createTempFile("executor", ".txt");
    Datum text = Datum.string("hello from the executor");
    Datum results = Datum.space(16, "results");
    Plan plan =
        Plan.builder("write a file")
            .phase(Phase.SERVE)
            .call(
                results.slot(0),
                "openat",
                Word.of(-100),
                Word.addressOf(Datum.string(file.toString())),
                Word.of(1))
            .call(
                results.slot(8),
                "pwrite64",
                Word.load(results.slot(0), "the file"),
                Word.addressOf(text),
                Word.of(5),
                Word.of(2))
            .call("exit_group", Word.of(7))
            .build();
    Outcome outcome = perform(plan);
    assertEquals(7 << 8, outcome.status());
    assertEquals(5, outcome.arena().read(outcome.program().addressOf(results.slot(8))));
    assertEquals(Program.NO_FAILURE, failure(outcome, plan));
    assertEquals("\0\0hello", Files.readString(file));
  }

  @Test
  void aFailedStepIsReportedWithItsIndexAndErrnoAndEndsTheProcess() throws Exception {
    Plan plan =
        Plan.builder("fail")
            .phase(Phase.SERVE)
            .call("getpid")
            .call("close", Word.of(12345))
            .call("exit_group", Word.of(0))
            .build();
    Outcome outcome = perform(plan);
    assertEquals(Layout.FAILED_STATUS << 8, outcome.status());
    assertEquals((1L << 32) | Errno.EBADF.number(), failure(outcome, plan));
  }

  @Test
  void aToleratedErrnoGoesOn() throws Exception {
    Plan plan =
        Plan.builder("tolerate")
            .phase(Phase.SERVE)
            .call(Step.Tolerance.of("a test", Errno.EBADF), "close", Word.of(12345))
            .call(Step.Tolerance.any("a test"), "close", Word.of(12345))
            .call("exit_group", Word.of(3))
            .build();
    assertEquals(3 << 8, perform(plan).status());
  }

  @Test
  void aResultBelowTheWantedOneIsAFailureWithoutErrno() throws Exception {
    Plan plan =
        Plan.builder("short")
            .phase(Phase.SERVE)
            .callForAtLeast(1, "umask", Word.of(0))
            .callForAtLeast(1, "umask", Word.of(0))
            .call("exit_group", Word.of(0))
            .build();
    Outcome outcome = perform(plan);
    assertEquals(1L << 32, failure(outcome, plan));
  }

  @Test
  void aChildGoesOnAtItsOwnPlanAndIsReaped() throws Exception {
    Datum state = Datum.space(32, "state");
    Datum usage = Datum.space(144, "usage");
    Plan child = Plan.builder("child").phase(Phase.EXEC).call("exit_group", Word.of(42)).build();
    Word[] arguments = new Word[11];
    java.util.Arrays.fill(arguments, Word.of(0));
    arguments[4] = Word.of(17, "SIGCHLD");
    Plan plan =
        Plan.builder("parent")
            .phase(Phase.SERVE)
            .spawn(Datum.words("clone_args", arguments), "0", child, state.slot(0))
            .reap(state.slot(0), state.slot(8), usage.slot(0))
            .call("exit_group", Word.of(0))
            .build();
    Outcome outcome = perform(plan);
    assertEquals(0, outcome.status());
    assertEquals(42 << 8, outcome.arena().read(outcome.program().addressOf(state.slot(8))));
  }

  @Test
  void theExecutorIsUnderOneKibibyte() {
    assertTrue(Executor.elf().length < 1024, () -> Executor.elf().length + " bytes");
  }
}
