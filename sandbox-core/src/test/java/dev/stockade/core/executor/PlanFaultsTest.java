package dev.stockade.core.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.compile.Awaiting;
import dev.stockade.core.compile.CgroupEntry;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.JobPlan;
import dev.stockade.core.compile.PlanCases;
import dev.stockade.core.compile.RunPlan;
import dev.stockade.core.compile.SpawnPlan;
import dev.stockade.core.compile.ZygotePlan;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every step of the plans of some policies fails with every errno that Linux knows: nothing after
 * it is performed and the mailbox says which step and which errno, unless the plan tolerates that
 * errno there; then everything after it is performed. {@code FaultIT} has the kernel do a choice of
 * it.
 */
class PlanFaultsTest {
  /** What every call answers that does not fail: not less than any plan wants. */
  private static final long PLENTY = 4096;

  private static final int PID = 42;

  private record Encoded(String name, Plan plan, Program program) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Encoded> plans() {
    List<Encoded> plans = new ArrayList<>();
    for (String name : List.of("default", "strict", "java")) {
      for (Identity identity : List.of(PlanCases.OWN, PlanCases.DROPPED, PlanCases.SUBORDINATE)) {
        add(
            plans,
            name + " " + identity.getClass().getSimpleName(),
            Policies.named(name),
            identity);
      }
    }
    return plans;
  }

  private static void add(List<Encoded> plans, String name, Policy policy, Identity identity) {
    Awaiting zygote = ZygotePlan.compile(policy, PlanCases.DEBIAN, identity);
    Encoded first = encode(name, zygote.plan(), Layout.ARENA_ADDRESS, Map.of());
    SpawnPlan spawn = SpawnPlan.compile(policy, zygote, 0);
    JobPlan job =
        InitPlan.compile(
            policy,
            PlanCases.DEBIAN,
            identity,
            CgroupEntry.by(4),
            PlanCases.FILTER,
            new InitPlan.MemoryRange(Layout.FIRST_JOB, Layout.FIRST_JOB + Layout.JOB_SIZE));
    RunPlan run =
        RunPlan.compile(List.of("true".getBytes(StandardCharsets.UTF_8)), policy.environment());
    Map<Slot, Long> order = zygote.outer(first.program()::addressOf);
    plans.add(first);
    plans.add(encode(name, job.init(), Layout.FIRST_JOB, Map.of()));
    plans.add(encode(name, job.payload(), Layout.FIRST_JOB, Map.of()));
    plans.add(encode(name, spawn.awaiting().plan(), Layout.FIRST_ORDER, order));
    plans.add(encode(name, run.plan(), Layout.FIRST_JOB, Map.of()));
  }

  /** A plan that exits where it would go on at another, or become the program. */
  private static Encoded encode(String name, Plan plan, long address, Map<Slot, Long> outer) {
    List<Step> steps = new ArrayList<>();
    plan.steps().forEach(step -> steps.add(step instanceof Step.End ? exit(step) : step));
    Step last = steps.get(steps.size() - 1);
    if (last instanceof Step.Call call && call.name().equals("execve")) {
      steps.add(exit(last));
    }
    Plan ending = plan.withSteps(steps);
    return new Encoded(
        name + " " + plan.name(), ending, PlanEncoder.encode(ending, address, outer));
  }

  private static Step exit(Step inPlaceOf) {
    return new Step.Call(
        inPlaceOf.phase(), "exit_group", List.of(Word.of(0)), Step.Tolerance.NONE, 0, null);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void aStepThatFailsIsTheLastAndIsNamed(Encoded encoded) {
    int steps = encoded.plan().steps().size();
    assertTrue(steps > 3, encoded::toString);
    FailingKernel kernel = new FailingKernel();
    ReferenceInterpreter interpreter = new ReferenceInterpreter(kernel);
    for (int failing = 0; failing < steps - 1; failing++) {
      for (Errno errno : Errno.values()) {
        kernel.begin(failing, errno);
        check(encoded, failing, errno, kernel, interpreter);
      }
    }
  }

  private static void check(
      Encoded encoded,
      int failing,
      Errno errno,
      FailingKernel kernel,
      ReferenceInterpreter interpreter) {
    Step step = encoded.plan().steps().get(failing);
    if (step instanceof Step.Reap && errno == Errno.EINTR) {
      return; // waits once more
    }
    interpreter.write(encoded.program());
    int status = interpreter.run(encoded.program().start());
    Supplier<String> what = () -> encoded + ", step " + failing + ", " + step + ": " + errno;
    long failure = interpreter.load(encoded.program().mailboxes().get(encoded.plan()));
    if (isTolerated(step, errno)) {
      assertEquals(0, status, what);
      assertEquals(encoded.plan().steps().size(), kernel.performed, what);
      assertEquals(Program.NO_FAILURE, failure, what);
    } else {
      assertEquals(Layout.FAILED_STATUS, status, what);
      assertEquals(failing + 1, kernel.performed, what);
      assertEquals(failing, failure >>> 32, what);
      assertEquals(errno.number(), (int) failure, what);
    }
  }

  private static boolean isTolerated(Step step, Errno errno) {
    Step.Tolerance tolerated =
        step instanceof Step.Call call
            ? call.tolerated()
            : step instanceof Step.Reap reap ? reap.tolerated() : Step.Tolerance.NONE;
    return tolerated.any() || tolerated.errnos().contains(errno);
  }

  /** Everything succeeds but one step. */
  private static final class FailingKernel implements FakeKernel {
    private int failing;
    private Errno errno = Errno.EPERM;
    private int performed;
    private int reaped;

    /** A new run, in which a step fails. */
    void begin(int step, Errno with) {
      failing = step;
      errno = with;
      performed = 0;
      reaped = 0;
    }

    private boolean fails() {
      return performed++ == failing;
    }

    @Override
    public long call(String name, long[] arguments, Memory memory) {
      if (fails()) {
        return -errno.number();
      }
      if (name.equals("exit_group")) {
        throw new Gone(0);
      }
      return PLENTY;
    }

    @Override
    public long spawn(long arguments, Memory memory, IntSupplier child) {
      return fails() ? -errno.number() : PID;
    }

    @Override
    public Waited reap() {
      if (fails()) {
        return new Waited(-errno.number(), 0);
      }
      reaped++;
      return reaped == 1 ? new Waited(PID, 0) : new Waited(-Errno.ECHILD.number(), 0);
    }
  }
}
