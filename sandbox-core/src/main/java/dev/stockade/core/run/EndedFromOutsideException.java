package dev.stockade.core.run;

import dev.stockade.core.fault.SandboxException;
import org.jspecify.annotations.Nullable;

/** A zygote or init was killed by somebody else; the run is lost and may be tried again. */
public final class EndedFromOutsideException extends SandboxException {
  private static final long serialVersionUID = 1L;

  EndedFromOutsideException(String who, @Nullable Throwable cause) {
    super(who + " was ended from outside", cause);
  }
}
