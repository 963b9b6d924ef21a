package dev.stockade.server.store;

import dev.stockade.server.job.JobStore.Retention;
import java.time.Duration;
import java.time.InstantSource;

final class MemoryQueueTest extends JobQueueContract {
  @Override
  JobQueue open(Retention retention, Duration lease) {
    return new MemoryQueue(retention, lease, InstantSource.system());
  }
}
