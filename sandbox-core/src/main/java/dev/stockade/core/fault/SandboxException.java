package dev.stockade.core.fault;

import org.jspecify.annotations.Nullable;

/** A fault of the sandbox or its host, never of the program that was to run. */
public class SandboxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SandboxException(String message) {
    super(message);
  }

  public SandboxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
