package dev.stockade.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Does steps with a queue, and knows by itself what has to come of them. */
final class ShareModel {
  private static final Instant END = Instant.parse("2100-01-01T00:00:00Z");

  private final JobQueue queue;
  private final Map<String, Integer> waiting = new HashMap<>();
  private final Map<String, Integer> running = new HashMap<>();
  private final List<Claim> claims = new ArrayList<>();
  private int added;
  private @Nullable String servedBefore;
  private Set<String> passedBefore = Set.of();

  ShareModel(JobQueue queue) {
    this.queue = queue;
  }

  enum Kind {
    ADD,
    CLAIM,
    FINISH,
    RELEASE
  }

  /**
   * What happens.
   *
   * @param who a submitter, or which of the claims
   * @param jobs how many jobs are added or claimed
   */
  record Step(Kind kind, int who, int jobs) {}

  static Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.of(Kind.ADD, Kind.ADD, Kind.CLAIM, Kind.CLAIM, Kind.FINISH, Kind.RELEASE);
    return Combinators.combine(
            kinds, Arbitraries.integers().between(0, 4), Arbitraries.integers().between(1, 6))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  void replay(List<Step> steps) {
    for (Step step : steps) {
      switch (step.kind()) {
        case ADD -> add("submitter" + step.who(), step.jobs());
        case CLAIM -> claim(step.jobs());
        case FINISH -> finish(step.who());
        case RELEASE -> release(step.who());
      }
    }
  }

  private void add(String submitter, int jobs) {
    for (int i = 0; i < jobs; i++) {
      String id = submitter + "." + added++;
      queue.add(JobQueueFixture.jobOf(submitter, id, added, 0), Integer.MAX_VALUE);
    }
    waiting.merge(submitter, jobs, Integer::sum);
  }

  private void claim(int atMost) {
    int there = waiting.values().stream().mapToInt(Integer::intValue).sum();
    List<Claim> taken = queue.claim("server", atMost);
    assertEquals(Math.min(atMost, there), taken.size());
    taken.forEach(this::check);
    claims.addAll(taken);
  }

  private void check(Claim claim) {
    String served = submitterOf(claim);
    int its = running.getOrDefault(served, 0);
    Set<String> passed = new TreeSet<>();
    waiting.forEach(
        (other, jobs) -> {
          int others = running.getOrDefault(other, 0);
          assertTrue(jobs == 0 || others >= its, other + " has fewer running than " + served);
          if (jobs > 0 && others == its && !other.equals(served)) {
            passed.add(other);
          }
        });
    if (served.equals(servedBefore)) {
      Set<String> twice = new TreeSet<>(passed);
      twice.retainAll(passedBefore);
      assertEquals(Set.of(), twice, "waited while " + served + " was served twice");
    }
    servedBefore = served;
    passedBefore = passed;
    waiting.merge(served, -1, Integer::sum);
    running.merge(served, 1, Integer::sum);
  }

  private void finish(int which) {
    if (!claims.isEmpty()) {
      Claim claim = claims.remove(which % claims.size());
      assertTrue(queue.finish(claim, new Ending(JobState.DONE, "OK", END, END, new byte[1])));
      running.merge(submitterOf(claim), -1, Integer::sum);
    }
  }

  private void release(int which) {
    if (!claims.isEmpty()) {
      Claim claim = claims.remove(which % claims.size());
      queue.release(claim);
      running.merge(submitterOf(claim), -1, Integer::sum);
      waiting.merge(submitterOf(claim), 1, Integer::sum);
    }
  }

  private static String submitterOf(Claim claim) {
    return claim.id().substring(0, claim.id().indexOf('.'));
  }
}
