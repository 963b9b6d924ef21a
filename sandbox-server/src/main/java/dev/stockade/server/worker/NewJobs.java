package dev.stockade.server.worker;

import dev.stockade.server.job.FilesOfJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobCodec;
import dev.stockade.server.job.Submission;
import dev.stockade.server.store.NewJob;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is written down of a job that is new in the store.
 *
 * @param shared whether the store is told of the job's stored files, which servers share
 */
record NewJobs(JobCodec codec, boolean shared) {
  /**
   * Makes it.
   *
   * @param runsAt the server that has the job already; {@code null}: it waits for one
   */
  NewJob of(Job job, Submission submission, @Nullable String runsAt) {
    Job.Snapshot now = job.snapshot();
    return new NewJob(
        job.id(),
        submission.body(),
        codec.document(now),
        sha256(submission.body()),
        submission.priority(),
        submission.submitter(),
        now.subject().language(),
        submission.idempotencyKey(),
        runsAt,
        now.createdAt(),
        now.startedAt(),
        submission.callback(),
        shared ? FilesOfJob.of(submission.request()) : Set.of());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
