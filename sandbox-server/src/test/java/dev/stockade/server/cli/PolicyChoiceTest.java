package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.policy.PolicyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyChoiceTest {
  @Test
  void aNameIsAShippedPolicy() {
    assertEquals("strict", PolicyChoice.of("strict").name());
    assertThrows(PolicyException.class, () -> PolicyChoice.of("no-such"));
  }

  @Test
  void aPathIsAFile(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(folder.resolve("mine.yaml"), "description: Mine\nextends: strict\n");
    assertEquals("mine", PolicyChoice.of(file.toString()).name());
  }

  @Test
  void aNameWithAnEndingIsAFileToo() {
    assertThrows(PolicyException.class, () -> PolicyChoice.of("strict.yaml"));
  }

  @Test
  void namedPoliciesAreTheShippedOnes() {
    NamedPolicies policies = new NamedPolicies();
    assertEquals("python", policies.find("python").orElseThrow().name());
    assertEquals(true, policies.find("no-such").isEmpty());
    assertEquals(true, policies.all().size() > 2);
  }
}
