package dev.stockade.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ShippedPoliciesTest {
  static List<String> names() {
    return Policies.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyShippedPolicyLoadsAndRendersBack(String name) {
    Policy policy = Policies.named(name);
    assertEquals(name, policy.name());
    assertEquals(policy, TestPolicies.parse(name, Policies.render(policy)));
  }

  @Test
  void theListOfNamesIsTheFolder() throws IOException {
    try (Stream<Path> files = Files.list(TestPolicies.FOLDER)) {
      TreeSet<String> found = new TreeSet<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .forEach(name -> found.add(name.replace(".yaml", "")));
      assertEquals(found, new TreeSet<>(Policies.names()));
    }
  }

  @Test
  void theFileInTheFolderIsTheShippedPolicy() {
    assertEquals(
        Policies.named("default"), Policies.load(TestPolicies.FOLDER.resolve("default.yaml")));
  }

  @Test
  void anUnknownNameSuggestsANearOne() {
    PolicyException e = assertThrows(PolicyException.class, () -> Policies.named("pyhton"));
    assertEquals(
        "policy \"pyhton\": no shipped policy has this name; did you mean \"python\"?",
        e.getMessage());
  }
}
