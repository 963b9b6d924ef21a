package dev.stockade.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.server.job.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobFilterTest {
  private static StoredJob job(String id, int nanos) {
    return new StoredJob(
        id,
        "",
        null,
        JobState.DONE,
        "OK",
        0,
        Instant.EPOCH.plusNanos(nanos),
        null,
        Instant.EPOCH,
        null,
        null);
  }

  /** A place knows microseconds only; the rest of one's jobs were on no page. */
  @Test
  void jobsOfOneMicrosecondAreEachOnAPage() {
    List<StoredJob> jobs = List.of(job("a", 2900), job("b", 2100), job("c", 2500), job("d", 1000));
    List<String> seen = new ArrayList<>();
    List<StoredJob> page = page(jobs, null);
    while (!page.isEmpty()) {
      StoredJob last = page.get(0);
      seen.add(last.id());
      String next = new JobFilter.Place(last.createdAt(), last.id()).text();
      page = page(jobs, JobFilter.Place.parse(next));
    }
    assertEquals(List.of("c", "b", "a", "d"), seen);
  }

  private static List<StoredJob> page(List<StoredJob> jobs, JobFilter.@Nullable Place after) {
    Stream<StoredJob> all = jobs.stream();
    return new JobFilter(null, null, null, after, 1).page(all);
  }
}
