package dev.stockade.core.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BpfEvaluatorTest {
  private static final int ALLOW = 0x7fff_0000;
  private static final int KILL_PROCESS = 0x8000_0000;

  private static BpfInstruction op(BpfOpcode opcode, int k) {
    return new BpfInstruction(opcode.code(), 0, 0, k);
  }

  private static BpfInstruction jump(BpfOpcode opcode, int k, int jt, int jf) {
    return new BpfInstruction(opcode.code(), jt, jf, k);
  }

  private static SeccompAction run(SeccompData call, BpfInstruction... program) {
    return new BpfEvaluator(BpfInstruction.encode(List.of(program))).evaluate(call);
  }

  /** The low 16 bits of A, returned as an errno. */
  private static int resultOf(BpfInstruction... program) {
    List<BpfInstruction> all = new ArrayList<>(Arrays.asList(program));
    all.add(op(BpfOpcode.AND_K, 0xfff));
    all.add(op(BpfOpcode.OR_K, 0x0005_0000));
    all.add(op(BpfOpcode.RET_A, 0));
    return run(SeccompData.x86_64(0), all.toArray(BpfInstruction[]::new)).data();
  }

  private static String refusal(BpfInstruction... program) {
    BpfProgram bpf = BpfInstruction.encode(List.of(program));
    return assertThrows(IllegalArgumentException.class, () -> new BpfEvaluator(bpf)).getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "ADD_K, 7, 5, 12",
    "SUB_K, 7, 5, 2",
    "MUL_K, 7, 5, 35",
    "DIV_K, 37, 5, 7",
    "DIV_K, -1, 0x100000, 4095", // unsigned
    "AND_K, 6, 3, 2",
    "OR_K, 6, 3, 7",
    "XOR_K, 6, 3, 5",
    "LSH_K, 3, 4, 48",
    "RSH_K, -1, 20, 4095", // no sign
    "NEG, -9, 0, 9",
  })
  void anOperationOnAConstantAndOnX(BpfOpcode withConstant, int a, String text, int result) {
    int operand = Integer.decode(text);
    assertEquals(result, resultOf(op(BpfOpcode.LD_IMM, a), op(withConstant, operand)));
    if (withConstant != BpfOpcode.NEG) {
      BpfOpcode withX = BpfOpcode.valueOf(withConstant.name().replace("_K", "_X"));
      assertEquals(
          result, resultOf(op(BpfOpcode.LDX_IMM, operand), op(BpfOpcode.LD_IMM, a), op(withX, 0)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "JEQ_K, 5, 5, true",
    "JEQ_K, 5, 6, false",
    "JGT_K, 6, 5, true",
    "JGT_K, 5, 5, false",
    "JGT_K, -1, 1, true", // unsigned
    "JGE_K, 5, 5, true",
    "JGE_K, 4, 5, false",
    "JGE_K, 1, -1, false",
    "JSET_K, 6, 2, true",
    "JSET_K, 6, 9, false",
  })
  void aJumpOnAConstantAndOnX(BpfOpcode withConstant, int a, int operand, boolean taken) {
    BpfOpcode withX = BpfOpcode.valueOf(withConstant.name().replace("_K", "_X"));
    SeccompData call = SeccompData.x86_64(0);
    SeccompAction expected = SeccompAction.ofReturnValue(taken ? ALLOW : KILL_PROCESS);
    assertEquals(
        expected,
        run(
            call,
            op(BpfOpcode.LD_IMM, a),
            jump(withConstant, operand, 1, 0),
            op(BpfOpcode.RET_K, KILL_PROCESS),
            op(BpfOpcode.RET_K, ALLOW)));
    assertEquals(
        expected,
        run(
            call,
            op(BpfOpcode.LDX_IMM, operand),
            op(BpfOpcode.LD_IMM, a),
            jump(withX, 0, 1, 0),
            op(BpfOpcode.RET_K, KILL_PROCESS),
            op(BpfOpcode.RET_K, ALLOW)));
  }

  @Test
  void registersAndMemoryMove() {
    assertEquals(64, resultOf(op(BpfOpcode.LD_LEN, 0)));
    assertEquals(64, resultOf(op(BpfOpcode.LDX_LEN, 0), op(BpfOpcode.TXA, 0)));
    assertEquals(
        9,
        resultOf(
            op(BpfOpcode.LD_IMM, 9),
            op(BpfOpcode.ST, 15),
            op(BpfOpcode.LD_IMM, 1),
            op(BpfOpcode.LD_MEM, 15)));
    assertEquals(
        9,
        resultOf(
            op(BpfOpcode.LD_IMM, 9),
            op(BpfOpcode.TAX, 0),
            op(BpfOpcode.STX, 0),
            op(BpfOpcode.LDX_IMM, 1),
            op(BpfOpcode.LDX_MEM, 0),
            op(BpfOpcode.TXA, 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0x11",
    "4, 0x22",
    "8, 0x33",
    "12, 0x44",
    "16, 0x100",
    "20, 0x200",
    "24, 0x101",
    "28, 0x201",
    "32, 0x102",
    "36, 0x202",
    "40, 0x103",
    "44, 0x203",
    "48, 0x104",
    "52, 0x204",
    "56, 0x105",
    "60, 0x205",
  })
  void eachWordOfTheCallIsWhereTheKernelPutsIt(int offset, String word) {
    List<Long> arguments = new ArrayList<>();
    for (long i = 0; i < 6; i++) {
      arguments.add((0x200 + i) << 32 | 0x100 + i);
    }
    SeccompData call = new SeccompData(0x11, 0x22, 0x44_0000_0033L, arguments);
    SeccompAction action =
        run(
            call,
            op(BpfOpcode.LD_ABS, offset),
            op(BpfOpcode.OR_K, 0x0005_0000),
            op(BpfOpcode.RET_A, 0));
    assertEquals(SeccompAction.errno(Integer.decode(word)), action);
  }

  @Test
  void anUnconditionalJumpSkips() {
    assertEquals(
        SeccompAction.Kind.ALLOW,
        run(
                SeccompData.x86_64(0),
                op(BpfOpcode.JA, 1),
                op(BpfOpcode.RET_K, KILL_PROCESS),
                op(BpfOpcode.RET_K, ALLOW))
            .kind());
  }

  @Test
  void divisionByAnXOfZeroKillsTheThread() {
    assertEquals(
        SeccompAction.Kind.KILL_THREAD,
        run(SeccompData.x86_64(0), op(BpfOpcode.DIV_X, 0), op(BpfOpcode.RET_K, ALLOW)).kind());
  }

  @Test
  void whatTheKernelWouldNotInstallIsRefusedWithTheReason() {
    BpfInstruction ret = op(BpfOpcode.RET_K, ALLOW);
    assertEquals(
        "instruction 0 of 2: offset 64 is no word", refusal(op(BpfOpcode.LD_ABS, 64), ret));
    assertEquals("instruction 0 of 2: offset 2 is no word", refusal(op(BpfOpcode.LD_ABS, 2), ret));
    assertEquals(
        "instruction 0 of 2: offset 4294967292 is no word", refusal(op(BpfOpcode.LD_ABS, -4), ret));
    assertEquals("instruction 0 of 2: division by 0", refusal(op(BpfOpcode.DIV_K, 0), ret));
    assertEquals("instruction 0 of 2: shift by 32 or more", refusal(op(BpfOpcode.LSH_K, 32), ret));
    assertEquals("instruction 0 of 2: shift by 32 or more", refusal(op(BpfOpcode.RSH_K, -1), ret));
    assertEquals(
        "instruction 0 of 2: there are 16 words of memory", refusal(op(BpfOpcode.ST, 16), ret));
    assertEquals("instruction 0 of 2: jump past the end", refusal(op(BpfOpcode.JA, 1), ret));
    assertEquals("instruction 0 of 2: jump past the end", refusal(op(BpfOpcode.JA, -1), ret));
    assertEquals(
        "instruction 0 of 2: jump past the end", refusal(jump(BpfOpcode.JEQ_K, 0, 0, 1), ret));
    assertEquals(
        "instruction 0 of 1: the last instruction does not return",
        refusal(op(BpfOpcode.LD_IMM, 0)));
    assertEquals(
        "instruction 0 of 2: memory is read before it is written",
        refusal(op(BpfOpcode.LD_MEM, 0), ret));
    int loadByte = 0x30;
    assertEquals(
        "instruction 0 of 2: seccomp has no operation 0x30",
        refusal(new BpfInstruction(loadByte, 0, 0, 0), ret));
    int remainder = 0x94;
    assertEquals(
        "instruction 0 of 2: seccomp has no operation 0x94",
        refusal(new BpfInstruction(remainder, 0, 0, 3), ret));
    assertEquals(
        "4097 instructions, the kernel takes 4096",
        refusal(Collections.nCopies(4097, ret).toArray(BpfInstruction[]::new)));
  }

  @Test
  void memoryMustBeWrittenOnEveryWayToItsReader() {
    // if (A == 0) M[1] = A; A = M[1]
    assertEquals(
        "instruction 2 of 4: memory is read before it is written",
        refusal(
            jump(BpfOpcode.JEQ_K, 0, 0, 1),
            op(BpfOpcode.ST, 1),
            op(BpfOpcode.LD_MEM, 1),
            op(BpfOpcode.RET_A, 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "0x80000000, KILL_PROCESS, 0",
    "0x00000007, KILL_THREAD, 7",
    "0x00030001, TRAP, 1",
    "0x00050026, ERRNO, 38",
    "0x0005ffff, ERRNO, 4095", // MAX_ERRNO
    "0x7fc00000, USER_NOTIFY, 0",
    "0x7ff00002, TRACE, 2",
    "0x7ffc0000, LOG, 0",
    "0x7fff0000, ALLOW, 0",
    "0x12340000, KILL_PROCESS, 0", // unknown
  })
  void returnValuesAreReadAsTheKernelReadsThem(String value, SeccompAction.Kind kind, int data) {
    assertEquals(
        new SeccompAction(kind, data), SeccompAction.ofReturnValue(Long.decode(value).intValue()));
  }
}
