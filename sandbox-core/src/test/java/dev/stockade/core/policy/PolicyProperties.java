package dev.stockade.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class PolicyProperties {
  private static final String DEFAULT = Policies.render(Policies.named("default"));

  /** What tears YAML and policies apart. */
  private static final List<String> SPLINTERS =
      List.of(
          "\n",
          "  ",
          "\t",
          ":",
          ": ",
          "- ",
          "[",
          "]",
          "{",
          "}",
          "\"",
          "'",
          "&a ",
          "*a",
          "!replace ",
          "!!int ",
          "#",
          "---\n",
          "...\n",
          "%",
          "|\n",
          ">\n",
          "? ",
          "~",
          "null",
          "<<: ",
          "\0",
          "\u0085",
          "\uFEFF",
          "extends: default\n",
          "limits:\n",
          "0",
          "-1",
          "9",
          "2s",
          "1MiB",
          "/",
          "..",
          "é🦀");

  @Provide
  Arbitrary<Policy> policies() {
    return PolicyArbitraries.policies();
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aRenderedPolicyParsesBack(@ForAll("policies") Policy policy) {
    String text = Policies.render(policy);
    assertEquals(policy, TestPolicies.parse(policy.name(), text));
    assertEquals(text, Policies.render(TestPolicies.parse(policy.name(), text)));
  }

  @Provide
  Arbitrary<String> damaged() {
    return Arbitraries.randoms().map(PolicyProperties::damage);
  }

  /** Cuts, doubles and splices the text of a good policy in a few places. */
  private static String damage(Random random) {
    StringBuilder text = new StringBuilder(DEFAULT);
    for (int times = 1 + random.nextInt(4); times > 0; times--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(40));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, text.substring(at, end));
        case 2 -> text.insert(at, SPLINTERS.get(random.nextInt(SPLINTERS.size())));
        default -> text.replace(at, end, SPLINTERS.get(random.nextInt(SPLINTERS.size())));
      }
    }
    return text.toString();
  }

  @Property(tries = 2000)
  void aDamagedPolicyIsReadOrRefusedAtAPlaceInIt(@ForAll("damaged") String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Policy policy = TestPolicies.parse("damaged", PolicySource.decode("damaged.yaml", bytes));
      assertEquals(policy, TestPolicies.parse("damaged", Policies.render(policy)));
    } catch (PolicyException e) {
      List<String> lines = List.of(text.split("\\R", -1));
      assertTrue(e.line() >= 1 && e.line() <= lines.size() + 1, e.getMessage());
      assertTrue(e.column() >= 1, e.getMessage());
    }
  }
}
