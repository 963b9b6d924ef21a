package dev.stockade.core.seccomp;

import java.util.List;

/**
 * Makes a filter shorter that does the same with every call.
 *
 * <p>Each run pays for the length and depth of its filter: when it is installed, the kernel
 * translates it to machine code and asks it about every number, for its cache of calls that are
 * always allowed. libseccomp has a test for each number and, as it is given disjoint conditions,
 * one for each bit of some arguments; most neighbours are treated alike.
 */
final class Shortener {
  private Shortener() {}

  /** The shorter program; the same one when there is nothing to gain or its shape is unknown. */
  static BpfProgram shorten(BpfProgram program) {
    Decision decision = DecisionReader.read(BpfInstruction.decode(program));
    if (decision == null) {
      return program;
    }
    List<BpfInstruction> shorter = DecisionWriter.write(decision);
    return shorter.size() < program.length() ? BpfInstruction.encode(shorter) : program;
  }
}
