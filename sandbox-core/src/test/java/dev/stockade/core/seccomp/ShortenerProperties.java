package dev.stockade.core.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** A shortened filter answers every call as the filter that it was made of. */
final class ShortenerProperties {
  private static final int CALLS = 400;

  /** Words of {@code struct seccomp_data} that random programs look at. */
  private static final Integer[] OFFSETS = {0, 4, 16, 20, 24, 32};

  /** Near them, comparisons come out differently. */
  private static final Integer[] CONSTANTS = {
    0,
    1,
    2,
    5,
    7,
    8,
    0x80,
    0xf000,
    0x4000_0000,
    0x7fff_ffff,
    0x8000_0000,
    -2,
    -1,
    SeccompData.AUDIT_ARCH_X86_64,
    SeccompData.AUDIT_ARCH_I386
  };

  private static final Integer[] MASKS = {-1, 0, -2, -8, 0xffff_0000, 0x8000_0000, 6, 0xf000, 1};

  @Property(tries = 2000)
  void randomProgramsAnswerAsBefore(
      @ForAll("programs") List<BpfInstruction> program, @ForAll Random random) {
    BpfProgram original = BpfInstruction.encode(program);
    BpfProgram shorter = Shortener.shorten(original);
    Statistics.collect(shorter.length() < original.length() ? "shorter" : "as it was");
    Statistics.coverage(coverage -> coverage.check("shorter").percentage(p -> p > 20));
    BpfEvaluator before = new BpfEvaluator(original);
    BpfEvaluator after = new BpfEvaluator(shorter);
    for (int i = 0; i < CALLS; i++) {
      SeccompData call = call(random);
      assertEquals(before.evaluate(call), after.evaluate(call), call::toString);
    }
  }

  @Provide
  Arbitrary<List<BpfInstruction>> programs() {
    return instruction()
        .list()
        .ofMinSize(1)
        .ofMaxSize(60)
        .map(
            body -> {
              List<BpfInstruction> program = new ArrayList<>(body);
              program.add(new BpfInstruction(BpfOpcode.RET_K.code(), 0, 0, 0x7fff_0000));
              for (int i = 0; i < body.size(); i++) {
                program.set(i, within(program.size() - i - 1, program.get(i)));
              }
              return program;
            });
  }

  /** Jumps are made as short as the rest of the program. */
  private static BpfInstruction within(int rest, BpfInstruction at) {
    BpfOpcode opcode = BpfOpcode.of(at.code());
    if (opcode == BpfOpcode.JA) {
      return new BpfInstruction(at.code(), 0, 0, at.k() % rest);
    }
    return opcode.isConditionalJump()
        ? new BpfInstruction(at.code(), at.jt() % rest, at.jf() % rest, at.k())
        : at;
  }

  private static Arbitrary<BpfInstruction> instruction() {
    Arbitrary<Integer> skip = Arbitraries.integers().between(0, 12);
    Arbitrary<BpfInstruction> load =
        Arbitraries.of(OFFSETS).map(k -> new BpfInstruction(BpfOpcode.LD_ABS.code(), 0, 0, k));
    Arbitrary<BpfInstruction> and =
        Arbitraries.of(MASKS).map(k -> new BpfInstruction(BpfOpcode.AND_K.code(), 0, 0, k));
    Arbitrary<BpfInstruction> jump =
        Combinators.combine(
                Arbitraries.of(BpfOpcode.JEQ_K, BpfOpcode.JGT_K, BpfOpcode.JGE_K),
                skip,
                skip,
                Arbitraries.of(CONSTANTS))
            .as((opcode, jt, jf, k) -> new BpfInstruction(opcode.code(), jt, jf, k));
    Arbitrary<BpfInstruction> always =
        skip.map(k -> new BpfInstruction(BpfOpcode.JA.code(), 0, 0, k));
    Arbitrary<BpfInstruction> ret =
        Arbitraries.of(0x7fff_0000, 0x5_0001, 0x8000_0000)
            .map(k -> new BpfInstruction(BpfOpcode.RET_K.code(), 0, 0, k));
    return Arbitraries.frequencyOf(
        Tuple.of(4, load),
        Tuple.of(2, and),
        Tuple.of(6, jump),
        Tuple.of(1, always),
        Tuple.of(3, ret));
  }

  private static SeccompData call(Random random) {
    List<Long> arguments = new ArrayList<>();
    for (int i = 0; i < Box.ARGUMENTS; i++) {
      arguments.add((long) word(random) << 32 | Integer.toUnsignedLong(word(random)));
    }
    return new SeccompData(word(random), word(random), 0, arguments);
  }

  private static int word(Random random) {
    return CONSTANTS[random.nextInt(CONSTANTS.length)] + random.nextInt(3) - 1;
  }

  @Example
  void theDefaultFilterIsAFractionOfWhatItWas() {
    SeccompCompiler compiler = new SeccompCompiler();
    BpfProgram whole = compiler.unshortened(TestRules.DEFAULT, HostileAction.USER_NOTIFY);
    BpfProgram shorter = compiler.compile(TestRules.DEFAULT, HostileAction.USER_NOTIFY);
    assertTrue(shorter.length() * 2 < whole.length(), shorter.length() + " of " + whole.length());
  }

  @Example
  void aProgramWithOtherOperationsStaysAsItIs() {
    BpfProgram program =
        BpfInstruction.encode(
            List.of(
                new BpfInstruction(BpfOpcode.LD_ABS.code(), 0, 0, 0),
                new BpfInstruction(BpfOpcode.TAX.code(), 0, 0, 0),
                new BpfInstruction(BpfOpcode.JEQ_X.code(), 0, 0, 0),
                new BpfInstruction(BpfOpcode.JA.code(), 0, 0, 0),
                new BpfInstruction(BpfOpcode.RET_K.code(), 0, 0, 0)));
    assertSame(program, Shortener.shorten(program));
  }
}
