package dev.stockade.core.seccomp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a filter does by performing it with more and more of the call known: for each word
 * that it loads, with one value of every range between the constants that it compares the word
 * with.
 */
final class DecisionReader {
  /**
   * Instructions looked at, again and again, before a program stays as it is: one or two seconds.
   * What libseccomp makes of several conditions under masks has more ways than anybody waits for.
   */
  private static final int MOST_STEPS = 10_000_000;

  /** An instruction that is kept as it is costs memory as well. */
  private static final int STEPS_OF_KEPT = 10;

  /** What is read once that is too much, and thrown away with all the rest. */
  private static final Decision UNREAD = new Decision.Action(0);

  private final List<BpfInstruction> program;
  private int steps;

  private DecisionReader(List<BpfInstruction> program) {
    this.program = program;
  }

  /**
   * The whole program as a decision.
   *
   * @return {@code null} when it uses operations that libseccomp does not, or would take too long
   *     to read
   */
  static @Nullable Decision read(List<BpfInstruction> program) {
    return read(program, Map.of());
  }

  /**
   * What a program does where some words are known already.
   *
   * @param known values of words by offset
   * @return {@code null} when it uses operations that libseccomp does not, or would take too long
   *     to read
   */
  static @Nullable Decision read(List<BpfInstruction> program, Map<Integer, Integer> known) {
    for (BpfInstruction at : program) {
      switch (BpfOpcode.of(at.code())) {
        case LD_ABS, AND_K, JA, JEQ_K, JGT_K, JGE_K, RET_K -> {}
        default -> {
          return null;
        }
      }
    }
    DecisionReader reader = new DecisionReader(program);
    Decision decision = reader.from(0, known);
    return reader.isTooMuch() ? null : decision;
  }

  private boolean isTooMuch() {
    return steps > MOST_STEPS;
  }

  /**
   * @param known values of words by offset
   */
  private Decision from(int start, Map<Integer, Integer> known) {
    int a = 0; // seccomp's own start value, bpf_convert_filter() in the kernel's net/core/filter.c
    int pc = start;
    while (true) {
      steps++;
      BpfInstruction at = program.get(pc);
      BpfOpcode opcode = BpfOpcode.of(at.code());
      switch (opcode) {
        case RET_K -> {
          return new Decision.Action(at.k());
        }
        case LD_ABS -> {
          Integer value = known.get(at.k());
          if (value == null) {
            return search(pc, known);
          }
          a = value;
          pc++;
        }
        case AND_K -> {
          a &= at.k();
          pc++;
        }
        case JA -> pc += 1 + at.k();
        default -> pc += 1 + (BpfArithmetic.holds(opcode, a, at.k()) ? at.jt() : at.jf());
      }
    }
  }

  /** From an instruction on that loads a word of which nothing is known yet. */
  private Decision search(int load, Map<Integer, Integer> known) {
    int offset = program.get(load).k();
    Set<Long> firsts = firsts(load, offset);
    if (isTooMuch()) {
      return UNREAD;
    }
    if (firsts == null) {
      return new Decision.Code(reachableFrom(load));
    }
    Map<Integer, Integer> more = new HashMap<>(known);
    List<Decision.Range> ranges = new ArrayList<>();
    for (long first : firsts) {
      more.put(offset, (int) first);
      ranges.add(new Decision.Range(first, from(load, more)));
      if (isTooMuch()) {
        return UNREAD;
      }
    }
    return Decision.ofRanges(offset, ranges);
  }

  /** A place in the program, and which bits of the wanted word A holds there; 0 for another's. */
  private record State(int pc, int mask, boolean wanted) {}

  /**
   * The values from which on any comparison of a word may come out otherwise than for the value
   * before.
   *
   * @return {@code null} when the word is compared by other bits than its upper ones
   */
  private @Nullable Set<Long> firsts(int start, int offset) {
    Set<Long> firsts = new TreeSet<>(Set.of(0L));
    Set<State> seen = new HashSet<>();
    Deque<State> open = new ArrayDeque<>(List.of(new State(start, 0, false)));
    while (!open.isEmpty()) {
      State state = open.pop();
      if (!seen.add(state)) {
        continue;
      }
      steps++;
      BpfInstruction at = program.get(state.pc());
      int next = state.pc() + 1;
      switch (BpfOpcode.of(at.code())) {
        case RET_K -> {}
        case LD_ABS -> open.push(new State(next, -1, at.k() == offset));
        case AND_K -> open.push(new State(next, state.mask() & at.k(), state.wanted()));
        case JA -> open.push(new State(next + at.k(), state.mask(), state.wanted()));
        default -> {
          if (state.wanted() && !addFirsts(BpfOpcode.of(at.code()), at.k(), state.mask(), firsts)) {
            return null;
          }
          open.push(new State(next + at.jt(), state.mask(), state.wanted()));
          open.push(new State(next + at.jf(), state.mask(), state.wanted()));
        }
      }
    }
    return firsts;
  }

  /** False for a mask that is not made of the upper bits. */
  private static boolean addFirsts(BpfOpcode opcode, int k, int mask, Set<Long> firsts) {
    long below = Integer.toUnsignedLong(~mask); // 0, or all ones up to the lowest bit that counts
    if ((below & (below + 1)) != 0) {
      return false;
    }
    long constant = Integer.toUnsignedLong(k);
    // The smallest masked value that is k or more, and the smallest that is more than k.
    long reached = (constant + below) & ~below;
    long passed = (constant & ~below) + below + 1;
    if (opcode != BpfOpcode.JGT_K && reached <= Decision.MAX) {
      firsts.add(reached);
    }
    if (opcode != BpfOpcode.JGE_K && passed <= Decision.MAX) {
      firsts.add(passed);
    }
    return true;
  }

  /** The instructions that can follow, in their order, with jumps among themselves. */
  private List<BpfInstruction> reachableFrom(int start) {
    Set<Integer> reached = new TreeSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      int pc = open.pop();
      if (reached.add(pc)) {
        steps += STEPS_OF_KEPT;
        successors(pc).forEach(open::push);
      }
    }
    Map<Integer, Integer> places = new HashMap<>();
    reached.forEach(pc -> places.put(pc, places.size()));
    return reached.stream().map(pc -> moved(pc, places)).toList();
  }

  private List<Integer> successors(int pc) {
    BpfInstruction at = program.get(pc);
    return switch (BpfOpcode.of(at.code())) {
      case RET_K -> List.of();
      case JA -> List.of(pc + 1 + at.k());
      case LD_ABS, AND_K -> List.of(pc + 1);
      default -> List.of(pc + 1 + at.jt(), pc + 1 + at.jf());
    };
  }

  /** All that is left out lies between, so no jump grows. */
  private BpfInstruction moved(int pc, Map<Integer, Integer> places) {
    BpfInstruction at = program.get(pc);
    int next = places.get(pc) + 1;
    return switch (BpfOpcode.of(at.code())) {
      case RET_K, LD_ABS, AND_K -> at;
      case JA -> new BpfInstruction(at.code(), 0, 0, places.get(pc + 1 + at.k()) - next);
      default ->
          new BpfInstruction(
              at.code(),
              places.get(pc + 1 + at.jt()) - next,
              places.get(pc + 1 + at.jf()) - next,
              at.k());
    };
  }
}
