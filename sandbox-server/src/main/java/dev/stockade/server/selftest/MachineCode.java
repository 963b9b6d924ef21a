package dev.stockade.server.selftest;

import dev.stockade.core.yaml.Syntax;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.regex.Pattern;

/**
 * Programs of a few instructions for x86-64, written as hexadecimal digits with comments behind
 * {@code #}: what runs on every host, without a compiler or an interpreter.
 */
public final class MachineCode {
  private static final Pattern DIGITS = Pattern.compile("([0-9a-fA-F]{2})+");
  private static final Pattern COMMENT = Pattern.compile("#.*");
  private static final long BASE = 0x400000;
  private static final int HEADERS = 64 + 56;

  private MachineCode() {}

  /** The bytes that a text means. */
  public static byte[] parse(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String line : text.lines().toList()) {
      for (String word : COMMENT.matcher(line).replaceAll("").strip().split("\\s+")) {
        if (!word.isEmpty()) {
          append(bytes, word);
        }
      }
    }
    if (bytes.size() == 0) {
      throw Syntax.bad(text, "has no machine code");
    }
    return bytes.toByteArray();
  }

  private static void append(ByteArrayOutputStream bytes, String word) {
    if (!DIGITS.matcher(word).matches()) {
      throw Syntax.bad(word, "is not pairs of hexadecimal digits");
    }
    for (int i = 0; i < word.length(); i += 2) {
      bytes.write(Integer.parseInt(word, i, i + 2, 16));
    }
  }

  /**
   * A static executable, see elf(5): one segment that may be read, written and executed, the code
   * right behind the headers, at 0x400078.
   */
  public static byte[] executable(byte[] code) {
    int size = HEADERS + code.length;
    ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort((short) 2).putShort((short) 62).putInt(1); // ET_EXEC, EM_X86_64
    elf.putLong(BASE + HEADERS).putLong(64).putLong(0); // entry, program headers, no sections
    elf.putInt(0).putShort((short) 64).putShort((short) 56).putShort((short) 1);
    elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(7); // PT_LOAD; PF_X, PF_W, PF_R
    elf.putLong(0).putLong(BASE).putLong(BASE).putLong(size).putLong(size).putLong(0x1000);
    return elf.put(code).array();
  }
}
