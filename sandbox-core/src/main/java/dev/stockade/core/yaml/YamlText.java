package dev.stockade.core.yaml;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.yaml.snakeyaml.reader.StreamReader;

/** The text of a YAML file. */
public final class YamlText {
  private YamlText() {}

  /** The bytes as UTF-8 that YAML allows, or the exact place of the first that is not. */
  public static String decode(String file, byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      String unreadable = String.format(Locale.ROOT, "0x%02X", bytes[in.position()]);
      throw at(file, text, text.length(), "byte " + unreadable + " is not UTF-8");
    }
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      if (!StreamReader.isPrintable(text.codePointAt(i))) {
        String code = String.format(Locale.ROOT, "U+%04X", text.codePointAt(i));
        throw at(file, text, i, "character " + code + " is not allowed in YAML");
      }
    }
    return text;
  }

  private static YamlException at(String file, String text, int index, String problem) {
    String before = text.substring(0, index);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    int lineStart = before.lastIndexOf('\n') + 1;
    int column = 1 + before.codePointCount(lineStart, before.length());
    return new YamlException(file, line, column, problem);
  }
}
