package dev.stockade.server.job;

import java.util.Set;

/** How a job is written down: the request as its client sent it, the job as clients see it. */
public interface JobCodec {
  /**
   * Reads a request again that was accepted before. May block where stored files are shared.
   *
   * @throws dev.stockade.core.fault.InvalidRequestException when this server cannot run it: a
   *     language or policy that it no longer has
   * @throws NotReadyException while the languages are being looked for
   */
  JobRequest request(byte[] body);

  /** The hashes of the stored files to which a request refers; perhaps some more. */
  Set<String> mayReferTo(byte[] body);

  /** Writes everything that is known of a job. */
  byte[] document(Job.Snapshot job);
}
