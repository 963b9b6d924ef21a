package dev.stockade.server.worker;

import dev.stockade.server.job.FilesGoneException;
import dev.stockade.server.job.FilesOfJob;
import dev.stockade.server.job.JobCodec;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.JobStore;
import dev.stockade.server.job.StoredFiles;
import dev.stockade.server.job.Submission;
import dev.stockade.server.store.JobQueue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Keeps stored files for as long as a job that has not ended refers to them. Thread-safe. */
final class HeldFiles {
  private final StoredFiles files;

  HeldFiles(StoredFiles files) {
    this.files = files;
  }

  /**
   * Holds the files of a job.
   *
   * @throws FilesGoneException when one of them is not there
   */
  StoredFiles.Hold hold(JobRequest request) {
    StoredFiles.Hold hold = files.hold(FilesOfJob.of(request));
    if (!hold.missing().isEmpty()) {
      hold.close();
      throw new FilesGoneException(hold.missing());
    }
    return hold;
  }

  /** Holds the files of several jobs, all or none; one for each. */
  List<StoredFiles.Hold> holdAll(List<Submission> submissions) {
    List<StoredFiles.Hold> holds = new ArrayList<>();
    try {
      submissions.forEach(one -> holds.add(hold(one.request())));
      return holds;
    } catch (FilesGoneException e) {
      holds.forEach(StoredFiles.Hold::close);
      throw e;
    }
  }

  /** Holds the files of jobs that an earlier server has accepted and not ended. */
  void holdForUnfinished(JobQueue queue, JobCodec codec, JobStore store) {
    record Referring(String id, String submitter, Instant createdAt, Set<String> sha256s) {}
    List<Referring> jobs =
        queue.eachUnfinished(
            job ->
                new Referring(
                    job.id(), job.submitter(), job.createdAt(), codec.mayReferTo(job.request())));
    for (Referring job : jobs) {
      if (!job.sha256s().isEmpty()) {
        StoredFiles.Hold hold = files.hold(job.sha256s());
        store.follow(job.id(), job.submitter(), job.createdAt()).beforeEnd(hold::close);
      }
    }
  }
}
