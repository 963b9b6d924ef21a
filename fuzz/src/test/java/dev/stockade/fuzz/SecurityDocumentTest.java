package dev.stockade.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SECURITY.md names tests for its promises; each of them exists. */
final class SecurityDocumentTest {
  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:IT|Test|Properties))`");

  @Test
  void everyTestThatThePromisesNameExists() throws IOException {
    Path root = Path.of("..");
    Set<String> named = new TreeSet<>();
    Matcher matcher = TEST.matcher(Files.readString(root.resolve("SECURITY.md")));
    while (matcher.find()) {
      named.add(matcher.group(1));
    }
    assertTrue(named.size() > 10, named::toString);
    Set<String> there = new TreeSet<>();
    for (String module : List.of("sandbox-core", "sandbox-server", "fuzz")) {
      try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/test/java"))) {
        there.addAll(
            files
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".java"))
                .map(name -> name.substring(0, name.length() - ".java".length()))
                .collect(Collectors.toSet()));
      }
    }
    named.removeAll(there);
    assertEquals(Set.of(), named);
  }
}
