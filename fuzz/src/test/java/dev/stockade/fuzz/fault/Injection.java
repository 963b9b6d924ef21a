package dev.stockade.fuzz.fault;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.run.Alteration;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one step of one plan fail, in the kernel and with the very errno.
 *
 * <p>The zygote's first two steps install a seccomp filter that init and program inherit. It looks
 * at the sixth argument, which no call of our plans has: with {@link #MARK} in its upper half, the
 * call is not made and returns the errno in its lower half. {@code clone3} and {@code wait4}, whose
 * arguments the executor has fixed, get a filter of their own, installed just before.
 */
final class Injection implements Alteration {
  /** Steps that a filter takes. */
  static final int FILTER_STEPS = 2;

  private static final long MARK = 0x5ec0_de00L;
  private static final int SECCOMP_RET_ERRNO = 0x0005_0000;
  private static final int ALLOW = 0x7fff_0000;
  private static final int ENDED = 9;
  private static final int SIXTH_ARGUMENT = 16 + 5 * 8;

  private volatile @Nullable Fault armed;

  /** The next plans have the fault, until {@link #disarm}. */
  void arm(Fault fault) {
    armed = fault;
  }

  void disarm() {
    armed = null;
  }

  /** By how much the numbers of steps have grown in the plan of a fault. */
  static int shift(Fault fault) {
    int shift = fault.plan().name().equals("zygote") ? FILTER_STEPS : 0;
    return isFixed(fault.step()) ? shift + FILTER_STEPS : shift;
  }

  private static boolean isFixed(Step step) {
    return step instanceof Step.Spawn || step instanceof Step.Reap;
  }

  @Override
  public Plan plan(Plan plan) {
    List<Step> steps = new ArrayList<>(plan.steps());
    Fault fault = armed;
    if (fault != null && fault.plan().name().equals(plan.name())) {
      if (fault.errno() == null) {
        // Ends once: the next attempt is not ended again.
        disarm();
        steps.add(fault.number(), one(fault.step().phase(), "exit_group", Word.of(ENDED)));
      } else if (isFixed(fault.step())) {
        steps.addAll(fault.number(), filter(fault.step().phase(), of(fault)));
      } else {
        steps.set(fault.number(), marked((Step.Call) steps.get(fault.number()), fault.errno()));
      }
    }
    if (plan.name().equals("zygote")) {
      steps.addAll(0, filter(Phase.SESSION, byMark()));
    }
    return plan.withSteps(steps);
  }

  private static Step.Call marked(Step.Call call, Errno errno) {
    List<Word> arguments = new ArrayList<>(call.arguments());
    while (arguments.size() < 5) {
      arguments.add(Word.of(0, "-"));
    }
    if (arguments.size() != 5) {
      throw new IllegalArgumentException(call + " has a sixth argument");
    }
    arguments.add(Word.of(MARK << 32 | SECCOMP_RET_ERRNO | errno.number(), "injected " + errno));
    return new Step.Call(
        call.phase(), call.name(), arguments, call.tolerated(), call.atLeast(), call.result());
  }

  private static Step one(Phase phase, String call, Word... arguments) {
    return Plan.builder("one").phase(phase).call(call, arguments).build().steps().get(0);
  }

  private static List<Step> filter(Phase phase, Datum program) {
    Datum fprog = Datum.words("{filter}", Word.of(program.length() / 8), Word.addressOf(program));
    return List.of(
        one(
            phase,
            "prctl",
            Word.of(Constants.PR_SET_NO_NEW_PRIVS),
            Word.of(1),
            Word.of(0),
            Word.of(0),
            Word.of(0)),
        one(
            phase,
            "seccomp",
            Word.of(Constants.SECCOMP_SET_MODE_FILTER),
            Word.of(0),
            Word.addressOf(fprog)));
  }

  /** {@code struct sock_filter { __u16 code; __u8 jt, jf; __u32 k; }}. */
  private static Datum program(int[]... instructions) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * instructions.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int[] i : instructions) {
      bytes.putShort((short) i[0]).put((byte) i[1]).put((byte) i[2]).putInt(i[3]);
    }
    return Datum.bytes(bytes.array(), "filter");
  }

  /** Not exit_group(2): what the executor calls when a step has failed still has the mark. */
  private static Datum byMark() {
    return program(
        new int[] {0x20, 0, 0, 0},
        new int[] {0x15, 4, 0, SyscallTable.X86_64.number("exit_group")},
        new int[] {0x20, 0, 0, SIXTH_ARGUMENT + 4},
        new int[] {0x15, 0, 2, (int) MARK},
        new int[] {0x20, 0, 0, SIXTH_ARGUMENT},
        new int[] {0x16, 0, 0, 0},
        new int[] {0x06, 0, 0, ALLOW});
  }

  private static Datum of(Fault fault) {
    Errno errno = java.util.Objects.requireNonNull(fault.errno());
    return program(
        new int[] {0x20, 0, 0, 0},
        new int[] {0x15, 0, 1, SyscallTable.X86_64.number(Fault.callOf(fault.step()))},
        new int[] {0x06, 0, 0, SECCOMP_RET_ERRNO | errno.number()},
        new int[] {0x06, 0, 0, ALLOW});
  }
}
