package dev.stockade.server.cli;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.host.Finding;
import dev.stockade.core.host.Finding.Area;
import dev.stockade.core.host.Finding.Status;
import dev.stockade.core.policy.Policies;
import org.jspecify.annotations.Nullable;

/** The last word of the doctor: a real program in the real sandbox under the default policy. */
final class Trial {
  private static final String FEATURE = "a program in the sandbox";
  private static final String PROGRAM = "/bin/true";
  private static final String UNKNOWN_FIX =
      "mend what is wrong above; if nothing is, please report this line";

  private Trial() {}

  static Finding run() {
    try (Sandbox sandbox =
        Sandbox.open(Policies.named(PolicyChoice.DEFAULT), CommandProgram.ONCE)) {
      RunResult result = sandbox.run(RunRequest.command(PROGRAM).build());
      if (result.verdict() == Verdict.OK) {
        return finding(
            Status.OK, PROGRAM + " ran in " + Quantity.nanos(result.usage().wallTimeNanos()), null);
      }
      return finding(
          Status.MISSING,
          PROGRAM + " ended as " + result.verdict() + " " + result.evidence(),
          UNKNOWN_FIX);
    } catch (HostUnsupportedException e) {
      return finding(Status.MISSING, "refused for lack of " + e.feature(), e.fix());
    } catch (SandboxException | InvalidRequestException e) {
      return finding(Status.MISSING, String.valueOf(e.getMessage()), UNKNOWN_FIX);
    }
  }

  private static Finding finding(Status status, String reason, @Nullable String fix) {
    return new Finding(Area.TRIAL, FEATURE, status, true, reason, fix);
  }
}
