package dev.stockade.server.job;

import java.util.List;

/**
 * A program and its arguments under a policy.
 *
 * @param command program and arguments, byte for byte; not empty
 * @param policy name of the policy
 */
public record CommandJob(List<byte[]> command, String policy, JobInput input)
    implements JobRequest {
  public CommandJob {
    command = List.copyOf(command);
  }
}
