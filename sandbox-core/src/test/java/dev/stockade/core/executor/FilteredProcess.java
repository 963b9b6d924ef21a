package dev.stockade.core.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.MessageSocket;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A fresh process behind a filter, that makes calls by their numbers and leaves the results in
 * shared memory. For filters that pass no call at all: it needs none.
 */
public final class FilteredProcess {
  /** What stands where a call has left no result. */
  public static final long NO_RESULT = 0;

  /** So many calls fit the shared memory, with their arguments. */
  private static final int MOST_CALLS = 16_000;

  private static final int SIGSEGV = 11;
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_NO_NEW_PRIVS = 38;

  private FilteredProcess() {}

  /** Ways into the kernel of a 64-bit process. */
  public enum Entry {
    /** The instruction {@code syscall}; x32 by bit 30 of the number. */
    SYSCALL,
    /** The instruction {@code int 0x80}. */
    INT_0X80
  }

  /**
   * A call.
   *
   * @param number of 32 bits, as the kernel takes it
   * @param arguments six
   */
  public record Question(int number, List<Long> arguments) {}

  /**
   * The result of each call, or {@link #NO_RESULT} from where the process ended.
   *
   * @param filter {@code struct sock_filter[]}
   */
  public static List<Long> ask(byte[] filter, Entry entry, List<Question> questions) {
    List<Long> results = new ArrayList<>();
    for (int from = 0; from < questions.size(); from += MOST_CALLS) {
      int to = Math.min(questions.size(), from + MOST_CALLS);
      results.addAll(askAtOnce(filter, entry, questions.subList(from, to)));
    }
    return results;
  }

  private static List<Long> askAtOnce(byte[] filter, Entry entry, List<Question> questions) {
    Datum results = Datum.space(questions.size() * Long.BYTES, "results");
    Plan.Builder builder = Plan.builder("questions").phase(Phase.FILTER);
    install(builder, filter);
    int first = builder.build().steps().size();
    for (int i = 0; i < questions.size(); i++) {
      Word[] arguments = questions.get(i).arguments().stream().map(Word::of).toArray(Word[]::new);
      Slot result = results.slot(i * Long.BYTES);
      // The name stands for any; the number is written below.
      builder.call(result, Step.Tolerance.any("a question"), "getpid", arguments);
    }
    // No call is left to end with: the first step of the next plan would stand at address 0.
    builder.end(Word.of(0));
    Plan plan = builder.build();
    Program program = PlanEncoder.encode(plan, Layout.ARENA_ADDRESS);
    ByteBuffer steps = ByteBuffer.wrap(program.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < questions.size(); i++) {
      int step = (first + i) * Layout.STEP_SIZE;
      steps.putLong(step + Layout.NUMBER, questions.get(i).number());
      steps.putLong(step + TwoEntryCode.ENTRY, entry == Entry.INT_0X80 ? 1 : 0);
    }
    try (Arena arena = perform(program)) {
      assertEquals(
          Program.NO_FAILURE, arena.read(program.mailboxes().get(plan)), "a step of " + plan);
      List<Long> found = new ArrayList<>();
      for (int i = 0; i < questions.size(); i++) {
        found.add(arena.read(program.addressOf(results.slot(i * Long.BYTES))));
      }
      return found;
    }
  }

  private static void install(Plan.Builder plan, byte[] filter) {
    int length = filter.length / 8;
    Datum program =
        Datum.words(
            "sock_fprog", Word.of(length), Word.addressOf(Datum.bytes(filter, "the filter")));
    // Its end by SIGSEGV shall dump no core.
    plan.call("prctl", Word.of(PR_SET_DUMPABLE), Word.of(0));
    plan.call("prctl", Word.of(PR_SET_NO_NEW_PRIVS), Word.of(1));
    plan.call(
        "seccomp", Word.of(Constants.SECCOMP_SET_MODE_FILTER), Word.of(0), Word.addressOf(program));
  }

  private static Arena perform(Program program) {
    Arena arena = Arena.create();
    Fd[] pair = Sys.socketPair();
    Executor executor = Executor.of(ElfImage.of(new TwoEntryCode()));
    try (MessageSocket ours = new MessageSocket(pair[0])) {
      arena.write(program);
      int pid = executor.spawn(pair[1], arena.fd());
      pair[1].close();
      assertTrue(ours.receive(60_000_000_000L).isEmpty());
      assertEquals(SIGSEGV, Sys.waitFor(pid) & 0x7f, "the signal that ended it");
      return arena;
    }
  }
}
