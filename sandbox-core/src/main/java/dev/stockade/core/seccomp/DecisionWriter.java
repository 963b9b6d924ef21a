package dev.stockade.core.seccomp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes a decision as a program: binary searches, each decision that is used twice once. */
final class DecisionWriter {
  /** The farthest that a conditional jump reaches. */
  private static final int FARTHEST = 255;

  private final List<Decision> order = new ArrayList<>();
  private final Map<Decision, Integer> places = new HashMap<>();
  private final List<BpfInstruction> out = new ArrayList<>();

  private DecisionWriter() {}

  static List<BpfInstruction> write(Decision decision) {
    DecisionWriter writer = new DecisionWriter();
    writer.sort(decision, new HashSet<>());
    int at = 0;
    for (Decision each : writer.order) {
      writer.places.put(each, at);
      at += length(each);
    }
    writer.order.forEach(writer::writeOne);
    return List.copyOf(writer.out);
  }

  /** Puts each decision before those that it leads to: BPF only jumps forwards. */
  private void sort(Decision decision, Set<Decision> seen) {
    if (!seen.add(decision)) {
      return;
    }
    if (decision instanceof Decision.Search search) {
      for (int i = search.ranges().size() - 1; i >= 0; i--) {
        Decision next = search.ranges().get(i).decision();
        if (!(next instanceof Decision.Action)) {
          sort(next, seen);
        }
      }
    }
    order.add(0, decision);
  }

  private static int length(Decision decision) {
    if (decision instanceof Decision.Search search) {
      return 1 + searchLength(search.ranges());
    }
    return decision instanceof Decision.Code code ? code.instructions().size() : 1;
  }

  private void writeOne(Decision decision) {
    if (decision instanceof Decision.Search search) {
      out.add(new BpfInstruction(BpfOpcode.LD_ABS.code(), 0, 0, search.offset()));
      search(search.ranges());
    } else if (decision instanceof Decision.Code code) {
      out.addAll(code.instructions());
    } else if (decision instanceof Decision.Action action) {
      out.add(new BpfInstruction(BpfOpcode.RET_K.code(), 0, 0, action.returnValue()));
    }
  }

  /** Halves the ranges until one is left; the word is in A. */
  private void search(List<Decision.Range> ranges) {
    if (ranges.size() == 1) {
      leaf(ranges.get(0).decision());
    } else if (isOneAmongOthers(ranges)) {
      out.add(new BpfInstruction(BpfOpcode.JEQ_K.code(), 0, 1, (int) ranges.get(1).first()));
      leaf(ranges.get(1).decision());
      leaf(ranges.get(0).decision());
    } else {
      int middle = middle(ranges);
      List<Decision.Range> lower = ranges.subList(0, middle);
      int skip = searchLength(lower);
      int first = (int) ranges.get(middle).first();
      if (skip <= FARTHEST) {
        out.add(new BpfInstruction(BpfOpcode.JGE_K.code(), skip, 0, first));
      } else {
        out.add(new BpfInstruction(BpfOpcode.JGE_K.code(), 0, 1, first));
        out.add(new BpfInstruction(BpfOpcode.JA.code(), 0, 0, skip));
      }
      search(lower);
      search(ranges.subList(middle, ranges.size()));
    }
  }

  private void leaf(Decision decision) {
    Integer place = places.get(decision);
    if (decision instanceof Decision.Action) {
      writeOne(decision);
    } else {
      out.add(new BpfInstruction(BpfOpcode.JA.code(), 0, 0, place - out.size() - 1));
    }
  }

  private static int searchLength(List<Decision.Range> ranges) {
    if (ranges.size() == 1) {
      return 1;
    }
    if (isOneAmongOthers(ranges)) {
      return 3;
    }
    int middle = middle(ranges);
    int lower = searchLength(ranges.subList(0, middle));
    return (lower <= FARTHEST ? 1 : 2)
        + lower
        + searchLength(ranges.subList(middle, ranges.size()));
  }

  /** One value that is treated in its own way, and all above and below it in another. */
  private static boolean isOneAmongOthers(List<Decision.Range> ranges) {
    return ranges.size() == 3
        && ranges.get(2).first() == ranges.get(1).first() + 1
        && ranges.get(0).decision().equals(ranges.get(2).decision());
  }

  /** Near the middle, and so that single values stay with both of their neighbours. */
  private static int middle(List<Decision.Range> ranges) {
    int middle = ranges.size() / 2;
    return ranges.size() > 5 ? (middle + 1) / 3 * 3 : middle;
  }
}
