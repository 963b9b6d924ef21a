package dev.stockade.core.executor;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Plans of calls that harm nobody and whose results {@link ModelKernel} can foretell. */
final class RandomPlans {
  private static final int SLOTS = 6;
  private static final int FDS = 8;
  private static final int SIGCHLD = 17;
  private static final int CLONE_ARGS_WORDS = 11;

  private RandomPlans() {}

  /** An argument: a small number, or what a slot holds. */
  record Operand(boolean load, int number) {}

  /** How a call's failure is taken. */
  enum Taken {
    NOT,
    EBADF,
    EBADF_OR_ENOENT,
    ANY
  }

  /** One random step. */
  sealed interface Op {
    /** A call; what its numbers mean depends on the name. */
    record Call(String name, Operand first, int second, Taken taken, int atLeast, int result)
        implements Op {}

    /** A child that performs steps of its own, and is waited for: nobody else would. */
    record Spawn(List<Op> child, int status) implements Op {}

    /** Waits for the n-th child once more, which fails. */
    record Reap(int child) implements Op {}
  }

  /** A plan with the places where its results will stand. */
  record Built(Plan plan, List<Plan> plans, Datum slots, List<Slot> pids, Datum status) {}

  static Arbitrary<List<Op>> ops() {
    Arbitrary<Op> simple = call();
    Arbitrary<Op> spawn =
        Combinators.combine(call().list().ofMaxSize(4), Arbitraries.integers().between(0, 255))
            .as(Op.Spawn::new);
    Arbitrary<Op> reap = Arbitraries.integers().between(0, 2).map(Op.Reap::new);
    return Arbitraries.frequencyOf(Tuple.of(25, simple), Tuple.of(3, spawn), Tuple.of(1, reap))
        .list()
        .ofMaxSize(25);
  }

  private static Arbitrary<Op> call() {
    Arbitrary<Operand> operand =
        Combinators.combine(
                Arbitraries.of(true, false), Arbitraries.integers().between(0, SLOTS - 1))
            .as(Operand::new);
    return Combinators.combine(
            Arbitraries.of(
                "umask",
                "openat",
                "openat",
                "close",
                "dup",
                "dup2",
                "write",
                "read",
                "close_range"),
            operand,
            Arbitraries.integers().between(0, FDS - 1),
            Arbitraries.frequency(
                Tuple.of(1, Taken.NOT),
                Tuple.of(3, Taken.EBADF),
                Tuple.of(5, Taken.EBADF_OR_ENOENT),
                Tuple.of(3, Taken.ANY)),
            Arbitraries.frequency(Tuple.of(20, 0), Tuple.of(1, 2)),
            Arbitraries.integers().between(-2, SLOTS - 1))
        .as(Op.Call::new);
  }

  static Built build(List<Op> ops) {
    Builder builder = new Builder();
    Plan.Builder plan = Plan.builder("random").phase(Phase.SERVE);
    plan.call("close_range", Word.of(0), Word.of(0xffff_ffffL), Word.of(0));
    plan.call("umask", Word.of(022));
    builder.add(plan, ops);
    plan.call("exit_group", Word.of(3));
    Plan built = plan.build();
    builder.plans.add(built);
    return new Built(built, builder.plans, builder.slots, builder.pids, builder.status);
  }

  private static final class Builder {
    private final Datum slots = Datum.space(8 * SLOTS, "slots");
    private final Datum status = Datum.space(8, "status");
    private final Datum usage = Datum.space(144, "usage");
    private final Datum buffer = Datum.space(64, "buffer");
    private final List<Slot> pids = new ArrayList<>();
    private final List<Plan> plans = new ArrayList<>();

    void add(Plan.Builder plan, List<Op> ops) {
      for (Op op : ops) {
        if (op instanceof Op.Call call) {
          call(plan, call);
        } else if (op instanceof Op.Spawn spawn) {
          spawn(plan, spawn);
        } else if (op instanceof Op.Reap reap && reap.child() < pids.size()) {
          plan.reap(pids.get(reap.child()), status.slot(0), usage.slot(0));
        }
      }
    }

    private void spawn(Plan.Builder plan, Op.Spawn spawn) {
      Plan.Builder child = Plan.builder("child " + pids.size()).phase(Phase.EXEC);
      add(child, spawn.child());
      child.call("exit_group", Word.of(spawn.status()));
      Plan built = child.build();
      plans.add(built);
      Word[] arguments = new Word[CLONE_ARGS_WORDS];
      Arrays.fill(arguments, Word.of(0));
      arguments[0] = Word.of(Constants.CLONE_VFORK);
      arguments[4] = Word.of(SIGCHLD);
      Slot pid = Datum.space(8, "pid").slot(0);
      plan.spawn(Datum.words("clone_args", arguments), "CLONE_VFORK", built, pid);
      plan.reap(pid, status.slot(0), usage.slot(0));
      pids.add(pid);
    }

    private void call(Plan.Builder plan, Op.Call call) {
      Word first = word(call.first());
      Word second = Word.of(call.second());
      Word[] arguments =
          switch (call.name()) {
            case "umask", "close", "dup" -> new Word[] {first};
            case "dup2" -> new Word[] {first, second};
            case "read", "write" -> new Word[] {first, Word.addressOf(buffer), second};
            case "close_range" -> new Word[] {second, Word.of(call.second() + 1L), Word.of(0)};
            default -> // openat
                new Word[] {
                  Word.of(Constants.AT_FDCWD),
                  Word.addressOf(
                      Datum.string(
                          call.second() == 0 ? "/nonexistent/x" : ModelKernel.NULL_DEVICE)),
                  Word.of(Constants.O_RDWR)
                };
          };
      plan.call(
          call.result() < 0 ? null : slots.slot(8 * call.result()),
          tolerance(call.taken()),
          call.atLeast(),
          call.name(),
          arguments);
    }

    private Word word(Operand operand) {
      return operand.load()
          ? Word.load(slots.slot(8 * operand.number()), "slot " + operand.number())
          : Word.of(operand.number());
    }

    private static Step.Tolerance tolerance(Taken taken) {
      return switch (taken) {
        case NOT -> Step.Tolerance.NONE;
        case EBADF -> Step.Tolerance.of("a test", Errno.EBADF);
        case EBADF_OR_ENOENT -> Step.Tolerance.of("a test", Errno.EBADF, Errno.ENOENT);
        case ANY -> Step.Tolerance.any("a test");
      };
    }
  }
}
