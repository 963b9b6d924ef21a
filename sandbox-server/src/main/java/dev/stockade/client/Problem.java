package dev.stockade.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server says is wrong, as RFC 9457 has it.
 *
 * @param type a stable name to program against, such as {@code urn:stockade:problem:queue-full}
 * @param title what kind of problem it is, for people
 * @param status the HTTP status; of a job that failed, the one that a waiting client would get
 * @param detail what happened this time, for people
 * @param errors every part of the request at fault; empty when it is not the request
 * @param job id of the job that failed; {@code null} when there is none
 */
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    List<FieldError> errors,
    @Nullable String job) {
  public Problem {
    errors = List.copyOf(errors);
  }
}
