package dev.stockade.server.cli;

import dev.stockade.core.fault.SandboxException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Command-line arguments that lose no byte on their way through strings.
 *
 * <p>Java decodes its arguments by the locale and replaces what does not fit. So they are read
 * again from {@code /proc/self/cmdline}, proc_pid_cmdline(5), and decoded as UTF-8; a byte that is
 * not part of any character becomes a lone surrogate, U+DC80 to U+DCFF, which valid UTF-8 never
 * gives, and which {@link #encode} turns back.
 */
final class ExactArguments {
  /** U+DC00 plus a byte of 0x80 to 0xff. */
  private static final int ESCAPE = 0xdc00;

  private ExactArguments() {}

  /** The last {@code count} arguments of this process: what follows the main class or jar. */
  static List<String> ofThisProcess(int count) {
    try {
      return last(Files.readAllBytes(Path.of("/proc/self/cmdline")), count);
    } catch (IOException e) {
      throw new SandboxException("/proc/self/cmdline cannot be read: is /proc mounted?", e);
    }
  }

  /** The last {@code count} of arguments that each end with a NUL. */
  static List<String> last(byte[] commandLine, int count) {
    List<String> all = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < commandLine.length; i++) {
      if (commandLine[i] == 0) {
        all.add(decode(Arrays.copyOfRange(commandLine, start, i)));
        start = i + 1;
      }
    }
    if (all.size() < count) {
      throw new SandboxException(
          "/proc/self/cmdline has " + all.size() + " arguments, Java was given " + count);
    }
    return List.copyOf(all.subList(all.size() - count, all.size()));
  }

  static String decode(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      out.put((char) (ESCAPE + (in.get() & 0xff)));
      decoder.reset();
    }
  }

  static byte[] encode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (isEscape(c)) {
        bytes.write(c - ESCAPE);
      } else {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
      i += Character.charCount(c);
    }
    return bytes.toByteArray();
  }

  /** Whether a text has bytes that are not UTF-8. */
  static boolean hasForeignBytes(String text) {
    return text.codePoints().anyMatch(ExactArguments::isEscape);
  }

  private static boolean isEscape(int codePoint) {
    return codePoint >= ESCAPE + 0x80 && codePoint <= ESCAPE + 0xff;
  }
}
