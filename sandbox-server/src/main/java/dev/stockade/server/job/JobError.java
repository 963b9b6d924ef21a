package dev.stockade.server.job;

import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import org.jspecify.annotations.Nullable;

/**
 * Why a job could not be carried to its end.
 *
 * @param field the request's field at fault; {@code null} unless the request is
 */
public record JobError(Kind kind, @Nullable String field, String message) {
  /** Whose fault it is. */
  public enum Kind {
    /** The request's, seen only inside the sandbox: a command that does not exist there. */
    INVALID_REQUEST,
    /** The host's: it cannot give a protection that the policy names. Nothing was run. */
    HOST_UNSUPPORTED,
    /** Ours; never blamed on the program. */
    SANDBOX_ERROR
  }

  /** Says whose fault an exception of a run is. */
  public static JobError of(Throwable failure) {
    if (failure instanceof InvalidRequestException invalid) {
      return new JobError(Kind.INVALID_REQUEST, invalid.field(), withoutField(invalid));
    }
    if (failure instanceof HostUnsupportedException) {
      return new JobError(Kind.HOST_UNSUPPORTED, null, messageOf(failure));
    }
    if (failure instanceof SandboxException) {
      return new JobError(Kind.SANDBOX_ERROR, null, messageOf(failure));
    }
    return new JobError(
        Kind.SANDBOX_ERROR, null, "unexpected " + failure.getClass().getSimpleName());
  }

  private static String withoutField(InvalidRequestException invalid) {
    String message = messageOf(invalid);
    String prefix = invalid.field() + ": ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  private static String messageOf(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
