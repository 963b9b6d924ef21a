package dev.stockade.core.seccomp;

import java.util.List;

/** What a filter does, as a tree: which word is looked at next, and what follows for each value. */
sealed interface Decision {
  /** The filter returns. */
  record Action(int returnValue) implements Decision {}

  /**
   * One word of {@code struct seccomp_data} is looked at.
   *
   * @param offset of the word
   * @param ranges of its values, ascending; the first begins at 0, no two neighbours are alike
   */
  record Search(int offset, List<Range> ranges) implements Decision {
    public Search {
      ranges = List.copyOf(ranges);
    }
  }

  /**
   * Values that are treated alike.
   *
   * @param first the lowest, unsigned; the range goes on to the next one's first
   */
  record Range(long first, Decision decision) {}

  /** Instructions as they stood: they begin with a load, and jump among themselves only. */
  record Code(List<BpfInstruction> instructions) implements Decision {
    public Code {
      instructions = List.copyOf(instructions);
    }
  }
}
