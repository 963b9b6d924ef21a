package dev.stockade.core.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * The text of one policy and where it came from.
 *
 * @param name the policy's name, from the file's name
 * @param file what messages call the file
 * @param folder where policies that it extends are looked for before the shipped ones; {@code null}
 *     for a shipped policy
 * @param text checked: valid UTF-8, printable
 */
record PolicySource(String name, String file, @Nullable Path folder, String text) {
  static final int MOST_BYTES = 1 << 20;
  private static final String SHIPPED = "/dev/stockade/policies/";
  private static final String EXTENSION = ".yaml";

  /** A policy file of the caller's. */
  static PolicySource ofFile(Path path) {
    Path fileName = path.getFileName();
    String base = fileName == null ? "" : fileName.toString();
    if (!base.endsWith(EXTENSION)) {
      throw new PolicyException(path.toString(), "a policy's file is called NAME" + EXTENSION);
    }
    String name = base.substring(0, base.length() - EXTENSION.length());
    if (!isName(name)) {
      throw new PolicyException(path.toString(), notAName(name));
    }
    try (InputStream in = Files.newInputStream(path)) {
      return of(name, path.toString(), path.toAbsolutePath().getParent(), in);
    } catch (NoSuchFileException e) {
      throw new PolicyException(path.toString(), "there is no such file");
    } catch (IOException e) {
      throw new PolicyException(path.toString(), "cannot be read: " + e);
    }
  }

  /** A policy of the library's own, or empty when none has this name. */
  static Optional<PolicySource> shipped(String name) {
    if (!isName(name)) {
      return Optional.empty();
    }
    String file = "classpath:" + SHIPPED.substring(1) + name + EXTENSION;
    try (InputStream in = PolicySource.class.getResourceAsStream(SHIPPED + name + EXTENSION)) {
      return in == null ? Optional.empty() : Optional.of(of(name, file, null, in));
    } catch (IOException e) {
      throw new PolicyException(file, "cannot be read: " + e);
    }
  }

  /** The policy of this name beside this one, else the shipped one, else empty. */
  Optional<PolicySource> sibling(String sibling) {
    if (folder != null) {
      // Names hold no separators and no dots, so this stays in the folder.
      Path beside = folder.resolve(sibling + EXTENSION);
      if (Files.exists(beside)) {
        Path shown = Path.of(file).resolveSibling(sibling + EXTENSION);
        return Optional.of(ofFile(shown));
      }
    }
    return shipped(sibling);
  }

  /** Whether a text can name a policy: lower-case letters, digits and hyphens. */
  static boolean isName(String text) {
    return text.matches("[a-z0-9][a-z0-9-]{0,63}");
  }

  static String notAName(String text) {
    return Quote.of(text)
        + " cannot name a policy; a name has 1 to 64 lower-case letters, digits and hyphens";
  }

  private static PolicySource of(String name, String file, @Nullable Path folder, InputStream in)
      throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new PolicyException(file, "is larger than " + ByteSize.ofBytes(MOST_BYTES));
    }
    return new PolicySource(name, file, folder, decode(file, bytes));
  }

  /** The bytes as UTF-8 that YAML allows, or the exact place of the first that is not. */
  static String decode(String file, byte[] bytes) {
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

  private static PolicyException at(String file, String text, int index, String problem) {
    String before = text.substring(0, index);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    int lineStart = before.lastIndexOf('\n') + 1;
    int column = 1 + before.codePointCount(lineStart, before.length());
    return new PolicyException(file, line, column, problem);
  }
}
