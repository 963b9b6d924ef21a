package dev.stockade.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code policies/README.md}: its examples load, and its tables say what the code says. */
final class ReadmeTest {
  private static final Path README = TestPolicies.FOLDER.resolve("README.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```yaml\\n(# (?<name>[a-z-]+\\.yaml)\\n.*?)```", Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `(?<key>[^`]+)` \\|.*\\| (?:`(?<value>[^`]+)`|[^`|]*|.*) \\|$", Pattern.MULTILINE);
  private static final List<String> LISTS =
      List.of("extends", "binds", "tmpfs", "environment", "seccomp.rules");

  private final String readme;

  ReadmeTest() throws IOException {
    readme = Files.readString(README, StandardCharsets.UTF_8);
  }

  @Test
  void everyExampleLoads(@TempDir Path folder) throws IOException {
    Matcher example = EXAMPLE.matcher(readme);
    List<Path> written = new ArrayList<>();
    while (example.find()) {
      written.add(Files.writeString(folder.resolve(example.group("name")), example.group(1)));
    }
    assertEquals(readme.split("```yaml", -1).length - 1, written.size(), "each has its name");
    assertFalse(written.isEmpty());
    for (Path file : written) {
      Policy policy = Policies.load(file);
      assertEquals(policy, TestPolicies.parse(policy.name(), Policies.render(policy)));
    }
  }

  @Test
  void theErrorIsTheOneThatTheMisspeltExampleGives(@TempDir Path folder) throws IOException {
    Matcher example = EXAMPLE.matcher(readme);
    assertTrue(example.find());
    Path file = folder.resolve(example.group("name"));
    Files.writeString(file, example.group(1).replace("memory:", "memroy:"));
    PolicyException e = assertThrows(PolicyException.class, () -> Policies.load(file));
    String shown = e.getMessage().replace(folder + "/", "");
    assertTrue(readme.contains("`" + shown + "`"), shown);
  }

  @Test
  void everyKeyHasItsRowWithItsDefault() {
    Map<String, String> rows = new HashMap<>();
    Matcher row = ROW.matcher(readme);
    while (row.find()) {
      rows.put(row.group("key"), row.group("value"));
    }
    Policy policy = Policies.named("default");
    for (Key<?> key : Key.ALL) {
      assertEquals(key.render(policy), rows.get(key.path()), key.path());
    }
    assertTrue(rows.keySet().containsAll(LISTS), rows.keySet()::toString);
  }

  @Test
  void everyRowIsAKey() {
    Set<String> known = new TreeSet<>(LISTS);
    Key.ALL.forEach(key -> known.add(key.path()));
    Matcher row = ROW.matcher(readme);
    while (row.find()) {
      if (!row.group("key").contains("[]")) { // keys of entries: read by the examples
        assertTrue(known.contains(row.group("key")), row.group("key"));
      }
    }
  }

  @Test
  void everyShippedPolicyIsListed() {
    for (String name : Policies.names()) {
      assertTrue(readme.contains("[" + name + "](" + name + ".yaml)"), name);
    }
  }
}
