package dev.stockade.server.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobCodec;
import dev.stockade.server.job.JobRequest;
import java.util.Set;

/** Reads the same request from every body, and writes of a job no more than its state. */
class FixedCodec implements JobCodec {
  private final JobRequest request;

  FixedCodec(JobRequest request) {
    this.request = request;
  }

  @Override
  public JobRequest request(byte[] body) {
    return request;
  }

  @Override
  public Set<String> mayReferTo(byte[] body) {
    return Set.of();
  }

  @Override
  public byte[] document(Job.Snapshot job) {
    return job.state().name().getBytes(UTF_8);
  }
}
