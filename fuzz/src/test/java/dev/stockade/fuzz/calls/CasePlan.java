package dev.stockade.fuzz.calls;

import dev.stockade.core.executor.Layout;
import dev.stockade.core.executor.PlanEncoder;
import dev.stockade.core.executor.Program;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * A case as the payload performs it: a plan for its standard input, and the file in its workspace
 * that holds the results, the scratch memory's first content and a signal handler.
 *
 * <p>The plan first maps all that, then becomes read-only itself, so that the calls of the case can
 * harm neither it nor the results. A timer interrupts calls that wait; signals that could end the
 * program by accident are ignored.
 */
final class CasePlan {
  static final String RESULTS_FILE = "results";

  /** What stands in the place of a result that no call has left. */
  static final long NOT_REACHED = 0x5ca1_ab1e_7e57_0badL;

  /** What a call gets for the result of a call that there is not; another word than no result. */
  private static final long NO_SUCH_RESULT = 0x0bad_7e57_5ca1_ab1eL;

  /** Exit status of the payload when it could not even begin: Layout.FAILED_STATUS. */
  static final int CANNOT_BEGIN = Layout.FAILED_STATUS;

  /** Signals that a fuzzed call may send and that would end the program, see signal(7). */
  static final int[] IGNORED =
      IntStream.concat(
              IntStream.of(1, 2, 3, 10, 12, 13, 15, 16, 24, 25, 26, 27, 29, 30),
              IntStream.rangeClosed(34, 64))
          .toArray();

  /** How long a call may wait until the timer interrupts it. */
  private static final long TICK_MICROS = 1000;

  /** {@code pop rax; mov eax, 15; syscall}: the handler returns by rt_sigreturn(2). */
  private static final byte[] HANDLER = {0x58, (byte) 0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05};

  private static final long SIGALRM = 14;
  private static final long SA_RESTORER = 0x0400_0000;
  private static final long SIG_IGN = 1;
  private static final long PROT_READ = 1;
  private static final long PROT_WRITE = 2;
  private static final long PROT_EXEC = 4;
  private static final long MAP_SHARED = 1;
  private static final long MAP_PRIVATE = 2;
  private static final long MAP_FIXED = 0x10;
  private static final long MAP_ANONYMOUS = 0x20;
  private static final int PAGE = 4096;

  /** Words that calls find where they look for a number: lengths, counts, small identifiers. */
  private static final long[] SCRATCH_WORDS = {
    0, 1, 2, 3, 4, 5, 8, 16, 24, 28, 32, 64, 110, 128, 256, 4096, 65536, -1, 1L << 31, 1L << 40
  };

  private static final Step.Tolerance ANY = Step.Tolerance.any("the fuzzer reads the result");

  private final Case source;
  private final Program program;
  private final IdentityHashMap<Argument, Datum> data = new IdentityHashMap<>();
  private final Map<Slot, Long> outside = new HashMap<>();
  private final List<Slot> results = new ArrayList<>();

  CasePlan(Case source) {
    this.source = source;
    for (int i = 0; i < source.calls().size(); i++) {
      Slot slot = Datum.space(Long.BYTES, "result " + i).slot(0);
      results.add(slot);
      outside.put(slot, Region.RESULTS.address() + (long) i * Long.BYTES);
    }
    Plan.Builder plan = Plan.builder("fuzz").phase(Phase.EXEC);
    maps(plan);
    Given.make(plan);
    signals(plan);
    // From here on no result may go to the plan itself.
    Slot discarded = Datum.space(Long.BYTES, "discarded").slot(0);
    outside.put(discarded, Region.SCRATCH.address() + Region.SCRATCH.length() - Long.BYTES);
    plan.call(
        discarded,
        "mprotect",
        Word.of(Layout.ARENA_ADDRESS),
        Word.of(Layout.ARENA_SIZE),
        Word.of(PROT_READ));
    for (int i = 0; i < source.calls().size(); i++) {
      Call call = source.calls().get(i);
      int index = i;
      Word[] words = call.arguments().stream().map(one -> word(one, index)).toArray(Word[]::new);
      plan.call(results.get(i), ANY, call.name(), words);
    }
    plan.call("exit_group", Word.of(0));
    program = PlanEncoder.encode(plan.build(), Layout.ARENA_ADDRESS, outside);
  }

  /** For standard input. */
  byte[] plan() {
    return program.bytes();
  }

  private void maps(Plan.Builder plan) {
    Slot fd = Datum.space(Long.BYTES, "descriptor of the results").slot(0);
    Word file = Word.load(fd, "results");
    plan.call(fd, "openat", Word.of(-100), Word.addressOf(Datum.string(RESULTS_FILE)), Word.of(2));
    map(plan, Region.RESULTS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0);
    map(plan, Region.SCRATCH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, resultsSize());
    map(
        plan,
        Region.HANDLER,
        PROT_READ | PROT_EXEC,
        MAP_PRIVATE | MAP_FIXED,
        file,
        resultsSize() + Region.SCRATCH.length());
    plan.call("close", file);
    long anonymous = MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS;
    map(plan, Region.PLAY, PROT_READ | PROT_WRITE, anonymous, Word.of(-1), 0);
  }

  private void map(
      Plan.Builder plan, Region region, long protection, long flags, Word file, long offset) {
    long length = region == Region.RESULTS ? resultsSize() : region.length();
    plan.call(
        "mmap",
        Word.of(region.address()),
        Word.of(length),
        Word.of(protection),
        Word.of(flags),
        file,
        Word.of(offset));
  }

  /** {@code struct sigaction { handler; flags; restorer; mask }} as the kernel has it. */
  private static void signals(Plan.Builder plan) {
    Word ignore =
        Word.addressOf(
            Datum.words("{SIG_IGN}", Word.of(SIG_IGN), Word.of(0), Word.of(0), Word.of(0)));
    for (int signal : IGNORED) {
      plan.call("rt_sigaction", Word.of(signal), ignore, Word.of(0), Word.of(8));
    }
    Word handler = Word.of(Region.HANDLER.address());
    Datum handled = Datum.words("{handler}", handler, Word.of(SA_RESTORER), handler, Word.of(0));
    plan.call("rt_sigaction", Word.of(SIGALRM), Word.addressOf(handled), Word.of(0), Word.of(8));
    Datum timer =
        Datum.words(
            "{itimerval}", Word.of(0), Word.of(TICK_MICROS), Word.of(0), Word.of(TICK_MICROS));
    plan.call("setitimer", Word.of(0), Word.addressOf(timer), Word.of(0));
  }

  private Word word(Argument argument, int index) {
    if (argument instanceof Argument.Constant number) {
      return Word.of(number.value());
    }
    if (argument instanceof Argument.Place place) {
      return Word.of(place.address());
    }
    if (argument instanceof Argument.Memory memory) {
      Slot slot = Datum.space(Long.BYTES, memory.toString()).slot(0);
      outside.put(slot, memory.place().address());
      return Word.load(slot, memory.toString());
    }
    if (argument instanceof Argument.Result result) {
      int from = source(result, index);
      return from < 0 ? Word.of(NO_SUCH_RESULT) : Word.load(results.get(from), result.toString());
    }
    return Word.addressOf(datum(argument));
  }

  /** The place of the call whose result is meant, or −1. */
  private int source(Argument.Result result, int index) {
    int left = result.back();
    for (int i = index - 1; i >= 0; i--) {
      if (Signatures.yields(source.calls().get(i).name()) == result.kind() && --left == 0) {
        return i;
      }
    }
    return -1;
  }

  private Datum datum(Argument argument) {
    Datum known = data.get(argument);
    if (known == null) {
      known = newDatum(argument);
      data.put(argument, known);
    }
    return known;
  }

  private Datum newDatum(Argument argument) {
    if (argument instanceof Argument.Text text) {
      return Datum.string(text.text().getBytes(StandardCharsets.ISO_8859_1));
    }
    if (argument instanceof Argument.Bytes bytes) {
      return Datum.bytes(bytes.content(), bytes.toString());
    }
    Argument.Words words = (Argument.Words) argument;
    return Datum.words("{}", words.words().stream().map(one -> word(one, 0)).toList());
  }

  /** The length of the results in their file: whole pages. */
  private long resultsSize() {
    long bytes = Math.max(1, source.calls().size()) * (long) Long.BYTES;
    return (bytes + PAGE - 1) / PAGE * PAGE;
  }

  /** The file {@link #RESULTS_FILE}, as it is before the program starts. */
  byte[] resultsFile() {
    int size = (int) resultsSize();
    ByteBuffer file =
        ByteBuffer.allocate(size + Region.SCRATCH.length() + PAGE).order(ByteOrder.LITTLE_ENDIAN);
    while (file.position() < size) {
      file.putLong(NOT_REACHED);
    }
    for (long word : SCRATCH_WORDS) {
      file.putLong(word);
    }
    return file.position(size + Region.SCRATCH.length()).put(HANDLER).array();
  }

  /**
   * Whether a file that came back is the one of {@link #resultsFile} with results in it. It is the
   * program's own, who may truncate, replace or overwrite it; what follows the results in it is
   * mapped privately, and shows that.
   */
  boolean isAsItWasMade(byte[] file) {
    byte[] made = resultsFile();
    int from = (int) resultsSize();
    return file.length == made.length
        && Arrays.equals(file, from, file.length, made, from, made.length);
  }

  /** The results in the file as it came back, one for each call; none in one that was harmed. */
  long[] results(byte[] file) {
    ByteBuffer words =
        ByteBuffer.wrap(isAsItWasMade(file) ? file : new byte[0]).order(ByteOrder.LITTLE_ENDIAN);
    long[] found = new long[source.calls().size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = words.remaining() < Long.BYTES ? NOT_REACHED : words.getLong();
    }
    return found;
  }

  /** An argument's value, where it is known before the run. */
  OptionalLong value(Argument argument) {
    if (argument instanceof Argument.Constant number) {
      return OptionalLong.of(number.value());
    }
    if (argument instanceof Argument.Place place) {
      return OptionalLong.of(place.address());
    }
    if (argument instanceof Argument.Memory || argument instanceof Argument.Result) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(program.addressOf(datum(argument).slot(0)));
  }
}
