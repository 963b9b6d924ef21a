package dev.stockade.core.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.testing.Golden;
import dev.stockade.core.testing.Needs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The executor's machine code, byte for byte, with the disassembly that a person has read.
 *
 * <p>{@code -Dgolden.update=true} writes the file anew with objdump.
 */
final class X86CodeTest {
  private static final String FILE = "executor-x86_64.txt";

  /** {@code 1a: 48 8b 43 00 mov rax,QWORD PTR [rbx+0x0]}, tabs between the three. */
  private static final Pattern OBJDUMP =
      Pattern.compile("\\s*([0-9a-f]+):\\t([0-9a-f ]+?)\\s*(?:\\t(.*))?");

  private static final HexFormat HEX = HexFormat.of();

  /** An instruction: where it is, its bytes, what it is. */
  private record Line(int offset, String hex, String instruction) {
    @Override
    public String toString() {
      return "%04x  %-22s # %s%n".formatted(offset, hex, instruction);
    }

    static Line parse(String line) {
      return new Line(
          Integer.parseInt(line.substring(0, 4), 16),
          line.substring(6, line.indexOf('#')).strip(),
          line.substring(line.indexOf('#') + 2));
    }
  }

  private static X86Code production() {
    return new X86Code(Layout.ARENA_FD, Constants.MAP_SHARED | Constants.MAP_FIXED_NOREPLACE);
  }

  @BeforeAll
  static void update() throws Exception {
    if (Golden.isUpdate()) {
      StringBuilder file = new StringBuilder();
      disassemble(production().text()).forEach(file::append);
      Golden.write(FILE, file.toString());
    }
  }

  @Test
  void theCodeIsWhatItWasWhenItWasRead() {
    StringBuilder bytes = new StringBuilder();
    for (Line line : golden()) {
      assertEquals(bytes.length() / 2, line.offset(), "the lines follow each other");
      bytes.append(line.hex());
    }
    assertEquals(bytes.toString(), HEX.formatHex(production().text()));
  }

  /** What the kernel runs is this code and nothing else. */
  @Test
  void theExecutorIsThisCode() {
    String elf = HEX.formatHex(Executor.elf());
    assertTrue(elf.endsWith(HEX.formatHex(production().text())), elf);
  }

  @Test
  void thePayloadDiffersInWhatItMapsOnly() {
    byte[] executor = Executor.elf();
    byte[] payload = Executor.payload();
    assertEquals(executor.length, payload.length);
    List<Integer> differences = new ArrayList<>();
    for (int i = 0; i < executor.length; i++) {
      if (executor[i] != payload[i]) {
        differences.add(executor[i] ^ payload[i]);
      }
    }
    assertEquals(List.of(1 ^ 2, 4 ^ 0), differences, "MAP_SHARED, MAP_PRIVATE; descriptor 4, 0");
  }

  @Test
  void theCommentsAreTheDisassembly() throws Exception {
    boolean there = Files.isExecutable(Path.of("/usr/bin/objdump"));
    Needs.feature("objdump", there ? Optional.empty() : Optional.of("install binutils"));
    assertEquals(golden(), disassemble(production().text()));
  }

  @Test
  void everyJumpLandsOnAnInstruction() {
    List<Integer> starts = golden().stream().map(Line::offset).toList();
    Pattern jump = Pattern.compile("j[a-z]+ 0x([0-9a-f]+)");
    int jumps = 0;
    for (Line line : golden()) {
      Matcher matcher = jump.matcher(line.instruction());
      if (matcher.matches()) {
        jumps++;
        assertTrue(starts.contains(Integer.parseInt(matcher.group(1), 16)), line::toString);
      }
    }
    assertTrue(jumps > 10, jumps + " jumps");
  }

  /** The stack is never touched: a child that shares memory with its parent cannot disturb it. */
  @Test
  void noInstructionUsesTheStack() {
    for (Line line : golden()) {
      assertTrue(
          !line.instruction().matches("(push|pop|call|ret|enter|leave).*|.*[re][sb]p.*"),
          line::toString);
    }
  }

  private static List<Line> golden() {
    return Golden.read(FILE).lines().map(Line::parse).toList();
  }

  private static List<Line> disassemble(byte[] text) throws Exception {
    Path file = Files.createTempFile("executor", ".bin");
    try {
      Files.write(file, text);
      Process objdump =
          new ProcessBuilder(
                  "objdump",
                  "-D",
                  "-w",
                  "-b",
                  "binary",
                  "-m",
                  "i386:x86-64",
                  "-M",
                  "intel",
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String out = new String(objdump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, objdump.waitFor());
      List<Line> lines = new ArrayList<>();
      for (String line : out.lines().toList()) {
        Matcher matcher = OBJDUMP.matcher(line);
        if (matcher.matches()) {
          lines.add(
              new Line(
                  Integer.parseInt(matcher.group(1), 16),
                  matcher.group(2).replace(" ", ""),
                  matcher.group(3) == null ? "" : matcher.group(3).strip().replaceAll(" +", " ")));
        }
      }
      return lines;
    } finally {
      Files.delete(file);
    }
  }
}
