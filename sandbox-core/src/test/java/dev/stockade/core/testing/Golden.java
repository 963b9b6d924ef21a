package dev.stockade.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files in {@code src/test/resources/golden} that hold what a test must get to the letter.
 *
 * <p>{@code mvn test -Dgolden.update=true} writes them anew; the difference is then read by people.
 */
public final class Golden {
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

  private Golden() {}

  /** Whether the files are to be written instead of compared. */
  public static boolean isUpdate() {
    return Boolean.getBoolean("golden.update");
  }

  /** Compares a text with a file, or writes the file. */
  public static void check(String file, String actual) {
    if (isUpdate()) {
      write(file, actual);
    }
    assertEquals(
        read(file), actual, () -> file + " (after reading the difference: -Dgolden.update)");
  }

  public static String read(String file) {
    try {
      return Files.readString(FOLDER.resolve(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void write(String file, String text) {
    try {
      Files.writeString(FOLDER.resolve(file), text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
