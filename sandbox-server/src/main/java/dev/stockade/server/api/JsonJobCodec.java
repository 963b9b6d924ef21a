package dev.stockade.server.api;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobCodec;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;

/** Jobs written down as clients send and see them: the contract's JSON. Thread-safe. */
public final class JsonJobCodec implements JobCodec {
  private final JobParser parser;

  public JsonJobCodec(Languages languages, PolicyCatalog policies) {
    this.parser = new JobParser(languages, policies);
  }

  @Override
  public JobRequest request(byte[] body) {
    try {
      return parser.parse(StrictJson.decode(body));
    } catch (ProblemException e) {
      FieldError first = e.problem().errors().get(0);
      throw new InvalidRequestException(first.field(), first.field() + ": " + first.message());
    }
  }

  @Override
  public byte[] document(Job.Snapshot job) {
    return JobJson.full(job).toBuffer().getBytes();
  }
}
