package dev.stockade.core.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

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

  /** The highest value of a word, unsigned. */
  long MAX = 0xffff_ffffL;

  /**
   * Which value of a word decides what; one range of everything where another word is looked at.
   */
  private List<Range> ranges(int offset) {
    return this instanceof Search search && search.offset() == offset
        ? search.ranges()
        : List.of(new Range(0, this));
  }

  private NavigableMap<Long, Decision> byFirst(int offset) {
    NavigableMap<Long, Decision> byFirst = new TreeMap<>();
    ranges(offset).forEach(range -> byFirst.put(range.first(), range.decision()));
    return byFirst;
  }

  /** What is decided if the word that is looked at first has a value. */
  default Decision where(int offset, int value) {
    return byFirst(offset).floorEntry(Integer.toUnsignedLong(value)).getValue();
  }

  /** The same decision, except where a word has one of some values. */
  default Decision with(int offset, Map<Integer, Decision> byValue) {
    NavigableMap<Long, Decision> byFirst = byFirst(offset);
    byValue.forEach(
        (value, decision) -> {
          long first = Integer.toUnsignedLong(value);
          Decision was = byFirst.floorEntry(first).getValue();
          byFirst.put(first, decision);
          if (first < MAX) {
            byFirst.putIfAbsent(first + 1, was);
          }
        });
    List<Range> ranges = new ArrayList<>();
    byFirst.forEach((first, decision) -> ranges.add(new Range(first, decision)));
    return ofRanges(offset, ranges);
  }

  /**
   * A word is looked at, if it matters.
   *
   * @param all of its values, ascending from 0; neighbours may be alike
   */
  static Decision ofRanges(int offset, List<Range> all) {
    List<Range> different = new ArrayList<>();
    Decision before = null;
    for (Range range : all) {
      if (!range.decision().equals(before)) {
        different.add(range);
        before = range.decision();
      }
    }
    return different.size() == 1 ? different.get(0).decision() : new Search(offset, different);
  }
}
