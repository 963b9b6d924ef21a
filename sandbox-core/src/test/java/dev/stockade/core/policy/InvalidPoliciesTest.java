package dev.stockade.core.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file of {@code policies/invalid} is refused exactly as its first line says: {@code #
 * LINE:COLUMN: problem}, or with another file before the line when the fault is in there.
 */
final class InvalidPoliciesTest {
  private static final Path INVALID = TestPolicies.FOLDER.resolve("invalid");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(INVALID)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  static List<Check> checks() {
    return Checks.ALL;
  }

  @ParameterizedTest
  @MethodSource("files")
  void isRefusedAsItsFirstLineSays(Path file) throws IOException {
    PolicyException e = assertThrows(PolicyException.class, () -> Policies.load(file));
    // Some of the files are not UTF-8 on purpose; their first lines are.
    String firstLine =
        Files.readString(file, StandardCharsets.ISO_8859_1).lines().findFirst().get();
    String expected =
        new String(firstLine.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    String place = Path.of(e.file()).getFileName() + ":" + e.line() + ":" + e.column();
    String own = file.getFileName() + ":";
    assertEquals(
        expected,
        "# "
            + (place.startsWith(own) ? place.substring(own.length()) : place)
            + ": "
            + e.problem());
    assertEquals(e.file() + ":" + e.line() + ":" + e.column() + ": " + e.problem(), e.getMessage());
  }

  /** Without the one check that a file is named for, the file is a fine policy. */
  @ParameterizedTest
  @MethodSource("checks")
  void everyCheckHasFilesThatOnlyItRefuses(Check check) throws IOException {
    List<Check> others = new ArrayList<>(Checks.ALL);
    others.remove(check);
    Loader loader = new Loader(others);
    List<Path> examples = new ArrayList<>();
    for (Path file : files()) {
      String name = file.getFileName().toString().replace(".yaml", "");
      if (name.equals(kebab(check)) || name.startsWith(kebab(check) + "-")) {
        examples.add(file);
        assertDoesNotThrow(() -> loader.load(PolicySource.ofFile(file)), file::toString);
      }
    }
    assertFalse(examples.isEmpty(), () -> "policies/invalid/" + kebab(check) + ".yaml is missing");
  }

  private static String kebab(Check check) {
    return check
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])|(?<=A)(?=[A-Z][a-z])", "-")
        .toLowerCase(Locale.ROOT);
  }
}
