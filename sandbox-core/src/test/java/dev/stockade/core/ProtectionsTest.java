package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.compile.Identity;
import dev.stockade.core.compile.PlanCases;
import dev.stockade.core.host.FakeReports;
import dev.stockade.core.host.HostReport;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story of what protects a run, against plans and promises. */
final class ProtectionsTest {
  private static final Pattern BOLD = Pattern.compile("(?m)^\\| \\*\\*(.+?)\\.\\*\\*");

  @TempDir Path folder;

  private static Protections story(Policy policy, Identity identity, HostReport host) {
    return new Explanation(
            policy,
            List.of("cat"),
            PlanCases.DEBIAN,
            identity,
            new Explanation.Filter(PlanCases.FILTER, List.of()),
            SandboxOptions.defaults())
        .protections(host);
  }

  private static List<Protection> all(Protections story) {
    return story.chapters().stream().flatMap(chapter -> chapter.protections().stream()).toList();
  }

  @Test
  void theStoryIsWhatItWasWhenItWasRead() {
    HostReport host = FakeReports.good(folder);
    Golden.check(
        "protections.txt", story(Policies.named("default"), PlanCases.SUBORDINATE, host).text());
  }

  @Test
  void whatTheHostLacksStandsBesideWhatItWouldHold() {
    HostReport host = FakeReports.undelegated(folder);
    Golden.check(
        "protections-lacking.txt", story(Policies.named("default"), PlanCases.OWN, host).text());
  }

  /** A sentence whose steps are in no plan would be thrown. */
  @Test
  void everySentenceIsTrueOfThePlansOfEveryPolicy() {
    HostReport host = FakeReports.good(folder);
    for (String name : Policies.names()) {
      for (Policy.Network network : Policy.Network.values()) {
        Policy policy = PlanCases.with(Policies.named(name), network).alone();
        for (Identity identity : List.of(PlanCases.OWN, PlanCases.DROPPED, PlanCases.SUBORDINATE)) {
          Protections story = story(policy, identity, host);
          assertEquals(
              EnumSet.allOf(Promise.class),
              EnumSet.copyOf(all(story).stream().map(Protection::promise).toList()));
          assertTrue(
              all(story).stream().allMatch(line -> line.standing() == Protection.Standing.HOLDS));
        }
      }
    }
  }

  @Test
  void thePromisesAreThoseOfTheSecurityPage() throws IOException {
    String page = Files.readString(Path.of("..", "SECURITY.md"));
    Set<String> bold =
        BOLD.matcher(page)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        bold,
        Stream.of(Promise.values())
            .map(Promise::words)
            .collect(Collectors.toCollection(TreeSet::new)));
  }
}
