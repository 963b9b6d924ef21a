package dev.stockade.server.worker;

import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobStore;
import dev.stockade.server.store.JobFilter;
import dev.stockade.server.store.JobQueue;
import dev.stockade.server.store.StoredJob;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All jobs that can be asked for: those in the store, and those that only a client waits for or
 * attends, which are in the memory of the server that runs them.
 */
record JobList(JobStore memory, JobQueue queue) {
  /** A page of them, without their documents. Blocks. */
  List<StoredJob> page(JobFilter filter) {
    // Memory first: a job that is put into the store meanwhile is found twice, and not missed.
    List<StoredJob> here =
        memory.all().stream().filter(Job::isHereAlone).map(JobList::summary).toList();
    List<StoredJob> stored = queue.list(filter);
    Set<String> ids = stored.stream().map(StoredJob::id).collect(Collectors.toSet());
    return filter.page(
        Stream.concat(stored.stream(), here.stream().filter(job -> !ids.contains(job.id()))));
  }

  /** Its priority is 0: it had none among the jobs that wait for their clients. */
  private static StoredJob summary(Job job) {
    Job.Snapshot now = job.snapshot();
    FinishedJob outcome = now.outcome();
    return new StoredJob(
        now.id(),
        job.submitter(),
        now.subject().language(),
        now.state(),
        outcome == null ? null : outcome.verdict().name(),
        0,
        now.createdAt(),
        now.startedAt(),
        now.finishedAt(),
        null,
        null);
  }
}
