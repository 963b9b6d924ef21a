package dev.stockade.server.api;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobCodec;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.job.StoredFiles;
import dev.stockade.server.store.StoredJob;
import java.util.Set;

/** Jobs written down as clients send and see them: the contract's JSON. Thread-safe. */
public final class JsonJobCodec implements JobCodec {
  private final JobParser parser;
  private final StoredFiles files;

  public JsonJobCodec(Languages languages, PolicyCatalog policies, StoredFiles files) {
    this.files = files;
    this.parser = new JobParser(languages, policies, files);
  }

  @Override
  public JobRequest request(byte[] body) {
    try {
      StoredReferences.lookUp(files, body);
      return parser.parse(StrictJson.decode(body));
    } catch (ProblemException e) {
      FieldError first = e.problem().errors().get(0);
      throw new InvalidRequestException(first.field(), first.field() + ": " + first.message());
    }
  }

  @Override
  public Set<String> mayReferTo(byte[] body) {
    try {
      return StoredReferences.in(body);
    } catch (ProblemException noJson) {
      return Set.of(); // it will be refused when its turn has come
    }
  }

  /** A job of the store as its client is told of it. */
  public static byte[] asTold(StoredJob job) {
    return StoredJobJson.full(job).getBytes();
  }

  @Override
  public byte[] document(Job.Snapshot job) {
    return JobJson.full(job).toBuffer().getBytes();
  }
}
