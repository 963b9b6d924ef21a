package dev.stockade.server.worker;

import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobCancellation;
import dev.stockade.server.job.JobStore;
import dev.stockade.server.store.Claim;
import dev.stockade.server.store.JobQueue;
import dev.stockade.server.store.Renewal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews a server's claims, and obeys what it learns by that. */
final class Leases {
  private static final Logger log = LoggerFactory.getLogger(Leases.class);

  private final JobQueue queue;
  private final String owner;
  private final Claims claims;
  private final JobStore store;

  Leases(JobQueue queue, String owner, Claims claims, JobStore store) {
    this.queue = queue;
    this.owner = owner;
    this.claims = claims;
    this.store = store;
  }

  /** Blocks. */
  void renew() {
    Renewal renewal = queue.renew(owner, claims.all());
    renewal.cancelAsked().forEach(id -> store.find(id).ifPresent(Job::cancel));
    renewal.lost().forEach(this::end);
  }

  /** Ends what runs for a claim that was lost: its result would be refused. */
  private void end(Claim lost) {
    // of this run: the job may come back, and has another one then
    Optional<JobCancellation> run = store.find(lost.id()).map(Job::cancellation);
    if (run.isPresent() && claims.giveUp(lost)) {
      log.warn("job {} was taken over by another server: its run here is ended", lost.id());
      run.get().cancel();
    }
  }
}
