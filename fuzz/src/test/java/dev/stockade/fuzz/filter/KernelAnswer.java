package dev.stockade.fuzz.filter;

import dev.stockade.core.executor.FilteredProcess;
import dev.stockade.core.executor.FilteredProcess.Entry;
import dev.stockade.core.executor.FilteredProcess.Question;
import dev.stockade.core.seccomp.BpfProgram;
import dev.stockade.core.seccomp.SeccompAction;
import dev.stockade.core.seccomp.SeccompData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the kernel what a filter does with calls, without any of them being made.
 *
 * <p>Every {@code ret} of the program is rewritten: an errno stays what it is, any other action
 * becomes an errno of its own above those that exist. So the kernel goes the filter's own way to
 * the action, and then says which it was.
 */
final class KernelAnswer {
  /** For errno 0, by which a call that is not made seems to have succeeded. */
  private static final int SUCCESS = 999;

  /** Above every errno, below 4095. */
  private static final int FIRST = 1000;

  private static final List<SeccompAction.Kind> KINDS = List.of(SeccompAction.Kind.values());

  private static final int BPF_RET_K = 0x06;
  private static final int BPF_RET_A = 0x16;
  private static final int SECCOMP_RET_ERRNO = 0x0005_0000;

  private KernelAnswer() {}

  /** What the kernel does with each call; all through the entry of the first one's architecture. */
  static List<SeccompAction> of(BpfProgram program, List<SeccompData> calls) {
    Entry entry =
        calls.get(0).architecture() == SeccompData.AUDIT_ARCH_I386 ? Entry.INT_0X80 : Entry.SYSCALL;
    List<Question> questions =
        calls.stream().map(call -> new Question(call.number(), call.arguments())).toList();
    List<SeccompAction> answers = new ArrayList<>();
    for (long result : FilteredProcess.ask(rewritten(program), entry, questions)) {
      if (result >= 0 || result < -4095) {
        throw new AssertionError(
            "call " + answers.size() + " was made, or ended the process: it returned " + result);
      }
      answers.add(action((int) -result));
    }
    return answers;
  }

  private static byte[] rewritten(BpfProgram program) {
    ByteBuffer code = ByteBuffer.wrap(program.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < code.capacity(); at += 8) {
      int operation = code.getShort(at);
      if (operation == BPF_RET_A) {
        throw new IllegalArgumentException("instruction " + at / 8 + " returns a computed value");
      }
      if (operation == BPF_RET_K) {
        SeccompAction action = SeccompAction.ofReturnValue(code.getInt(at + 4));
        code.putInt(at + 4, SECCOMP_RET_ERRNO | number(action));
      }
    }
    return code.array();
  }

  private static int number(SeccompAction action) {
    if (action.kind() == SeccompAction.Kind.ERRNO) {
      if (action.data() >= SUCCESS) {
        throw new IllegalArgumentException("no errno has this number: " + action.data());
      }
      return action.data() == 0 ? SUCCESS : action.data();
    }
    if (action.data() != 0) {
      throw new IllegalArgumentException(action + " would be told apart by its kind only");
    }
    return FIRST + KINDS.indexOf(action.kind());
  }

  private static SeccompAction action(int errno) {
    return errno < FIRST
        ? new SeccompAction(SeccompAction.Kind.ERRNO, errno == SUCCESS ? 0 : errno)
        : new SeccompAction(KINDS.get(errno - FIRST), 0);
  }
}
