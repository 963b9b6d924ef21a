package dev.stockade.core.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BpfDisassemblerTest {
  private static List<String> disassemble(BpfInstruction... program) {
    return BpfDisassembler.disassemble(BpfInstruction.encode(List.of(program)));
  }

  private static BpfInstruction op(BpfOpcode opcode, int jt, int jf, int k) {
    return new BpfInstruction(opcode.code(), jt, jf, k);
  }

  @Test
  void callsArchitecturesFieldsAndActionsHaveNames() {
    assertEquals(
        List.of(
            "   0: ld [4]                       ; arch",
            "   1: jeq #0xc000003e, 2, 9        ; AUDIT_ARCH_X86_64",
            "   2: ld [0]                       ; nr",
            "   3: jge #0x40000000, 9, 4        ; x32",
            "   4: jeq #0x38, 5, 8              ; clone",
            "   5: ld [16]                      ; args[0], low half",
            "   6: and #0x7e020000",
            "   7: jeq #0x0, 8, 10",
            "   8: ret #0x7fff0000              ; ALLOW",
            "   9: ret #0x80000000              ; KILL_PROCESS",
            "  10: ret #0x50001                 ; ERRNO(EPERM)"),
        disassemble(
            op(BpfOpcode.LD_ABS, 0, 0, 4),
            op(BpfOpcode.JEQ_K, 0, 7, 0xc000_003e),
            op(BpfOpcode.LD_ABS, 0, 0, 0),
            op(BpfOpcode.JGE_K, 5, 0, 0x4000_0000),
            op(BpfOpcode.JEQ_K, 0, 3, 56),
            op(BpfOpcode.LD_ABS, 0, 0, 16),
            op(BpfOpcode.AND_K, 0, 0, 0x7e02_0000),
            op(BpfOpcode.JEQ_K, 0, 2, 0),
            op(BpfOpcode.RET_K, 0, 0, 0x7fff_0000),
            op(BpfOpcode.RET_K, 0, 0, 0x8000_0000),
            op(BpfOpcode.RET_K, 0, 0, 0x0005_0001)));
  }

  @Test
  void aWordThatMayBeTwoThingsGetsNoName() {
    List<String> lines =
        disassemble(
            op(BpfOpcode.LD_ABS, 0, 0, 0),
            op(BpfOpcode.JEQ_K, 1, 0, 0),
            op(BpfOpcode.LD_ABS, 0, 0, 60),
            op(BpfOpcode.JEQ_K, 0, 0, 1),
            op(BpfOpcode.RET_K, 0, 0, 0x7fc0_0000));
    assertEquals("   1: jeq #0x0, 3, 2               ; read", lines.get(1));
    assertEquals("   2: ld [60]                      ; args[5], high half", lines.get(2));
    assertEquals("   3: jeq #0x1, 4, 4", lines.get(3));
    assertEquals("   4: ret #0x7fc00000              ; USER_NOTIFY", lines.get(4));
  }

  @Test
  void theRestOfTheOperations() {
    assertEquals(
        List.of(
            "   0: ldx #0xff",
            "   1: st M[3]",
            "   2: ld M[3]",
            "   3: lsh #0x4",
            "   4: sub x",
            "   5: txa",
            "   6: ja 8",
            "   7: jset x, 8, 8",
            "   8: ret a"),
        disassemble(
            op(BpfOpcode.LDX_IMM, 0, 0, 255),
            op(BpfOpcode.ST, 0, 0, 3),
            op(BpfOpcode.LD_MEM, 0, 0, 3),
            op(BpfOpcode.LSH_K, 0, 0, 4),
            op(BpfOpcode.SUB_X, 0, 0, 0),
            op(BpfOpcode.TXA, 0, 0, 0),
            op(BpfOpcode.JA, 0, 0, 1),
            op(BpfOpcode.JSET_X, 0, 0, 0),
            op(BpfOpcode.RET_A, 0, 0, 0)));
  }

  @Test
  void aProgramThatTheKernelWouldRefuseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> disassemble(op(BpfOpcode.LD_IMM, 0, 0, 0)));
  }
}
