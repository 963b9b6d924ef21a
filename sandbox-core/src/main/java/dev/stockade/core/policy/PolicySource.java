package dev.stockade.core.policy;

import dev.stockade.core.yaml.Quote;
import dev.stockade.core.yaml.YamlException;
import dev.stockade.core.yaml.YamlReader;
import dev.stockade.core.yaml.YamlText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    byte[] bytes = in.readNBytes(YamlReader.MOST_BYTES + 1);
    if (bytes.length > YamlReader.MOST_BYTES) {
      throw new PolicyException(file, "is larger than " + ByteSize.ofBytes(YamlReader.MOST_BYTES));
    }
    return new PolicySource(name, file, folder, decode(file, bytes));
  }

  /** The bytes as UTF-8 that YAML allows, or the exact place of the first that is not. */
  static String decode(String file, byte[] bytes) {
    try {
      return YamlText.decode(file, bytes);
    } catch (YamlException e) {
      throw PolicyException.of(e);
    }
  }
}
