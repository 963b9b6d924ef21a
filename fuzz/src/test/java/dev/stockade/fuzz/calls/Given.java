package dev.stockade.fuzz.calls;

import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Word;
import java.util.Arrays;

/**
 * Descriptors that every case has from the beginning, one or two of each kind, at fixed numbers, so
 * that calls which want one kind have something to work on. None of them blocks.
 */
final class Given {
  static final int FIRST = 32;
  static final int EPOLL = 32;
  static final int STREAM = 33;
  static final int DATAGRAM = 35;
  static final int PIPE = 37;
  static final int EVENT = 39;
  static final int TIMER = 40;
  static final int FOLDER = 41;
  static final int FILE = 42;
  static final int MEMORY = 43;
  static final int LISTENING = 44;
  static final int SIGNAL = 45;
  static final int PROCESS = 46;
  static final int PROC = 47;

  /** The first number that is not given. */
  static final int END = 48;

  private static final long O_NONBLOCK = 04000;

  private final Plan.Builder plan;

  private Given(Plan.Builder plan) {
    this.plan = plan;
  }

  /** Makes them. */
  static void make(Plan.Builder plan) {
    Given given = new Given(plan);
    given.files();
    given.sockets();
    given.events();
  }

  private void files() {
    one(FOLDER, "openat", number(-100), text("."), number(0200000));
    one(FILE, "openat", number(-100), text("a"), number(02 | 0100), number(0666));
    one(PROC, "openat", number(-100), text("/proc/self"), number(0200000));
    one(MEMORY, "memfd_create", text("memory"), number(2));
    two(PIPE, "pipe2", number(O_NONBLOCK));
  }

  /** AF_UNIX only: the policy has no network. */
  private void sockets() {
    two(STREAM, "socketpair", number(1), number(1 | O_NONBLOCK), number(0));
    two(DATAGRAM, "socketpair", number(1), number(2 | O_NONBLOCK), number(0));
    one(LISTENING, "socket", number(1), number(1 | O_NONBLOCK), number(0));
    byte[] abstractName = {1, 0, 0, 'a'};
    Word address = Word.addressOf(Datum.bytes(abstractName, "{AF_UNIX, @a}"));
    plan.call("bind", number(LISTENING), address, number(abstractName.length));
    plan.call("listen", number(LISTENING), number(4));
  }

  private void events() {
    one(EPOLL, "epoll_create1", number(0));
    one(EVENT, "eventfd2", number(1), number(O_NONBLOCK));
    one(TIMER, "timerfd_create", number(1), number(O_NONBLOCK));
    Word userSignal = Word.addressOf(Datum.words("{SIGUSR1}", number(1L << 9)));
    one(SIGNAL, "signalfd4", number(-1), userSignal, number(8), number(O_NONBLOCK));
    Slot pid = Datum.space(Long.BYTES, "own pid").slot(0);
    plan.call(pid, "getpid");
    one(PROCESS, "pidfd_open", Word.load(pid, "own pid"), number(O_NONBLOCK));
  }

  /** A call that returns a descriptor. */
  private void one(int number, String call, Word... arguments) {
    Slot made = Datum.space(Long.BYTES, "descriptor " + number).slot(0);
    plan.call(made, call, arguments);
    moved(made, number);
  }

  /** A call that writes two descriptors, to which its last argument points or would. */
  private void two(int number, String call, Word... arguments) {
    Datum made = Datum.space(2 * Long.BYTES, "descriptors " + number);
    Word[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = Word.addressOf(made);
    if (call.equals("pipe2")) {
      all[1] = all[0];
      all[0] = Word.addressOf(made);
    }
    plan.call(call, all);
    moved(made.slot(0), number);
    moved(made.slot(4), number + 1);
  }

  /** The kernel reads 32 bits of a descriptor. */
  private void moved(Slot made, int number) {
    Word fd = Word.load(made, "descriptor " + number);
    plan.call("dup2", fd, number(number));
    plan.call("close", fd);
  }

  private static Word number(long value) {
    return Word.of(value);
  }

  private static Word text(String text) {
    return Word.addressOf(Datum.string(text));
  }
}
