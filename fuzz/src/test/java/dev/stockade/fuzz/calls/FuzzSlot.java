package dev.stockade.fuzz.calls;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.Verdict;
import dev.stockade.core.executor.Executor;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Limits;
import dev.stockade.fuzz.Sandboxes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A sandbox of a single slot, in which cases follow each other, and what is asked after each. */
final class FuzzSlot implements AutoCloseable {
  private static final byte[] PAYLOAD = Executor.payload();

  /** After so many cases an honest program runs in their place. */
  private static final int HONEST_EVERY = 8;

  /** For a case that says what must come of it, other than that its time is over. */
  private static final Duration AMPLE = Duration.ofMinutes(1);

  private static final ByteSize OUTPUT = ByteSize.ofMebibytes(1);

  private final Sandbox sandbox;
  private final Duration wallTime;
  private final Filter filter;
  private final Tally tally;
  private int cases;

  FuzzSlot(Filter filter, Tally tally, Duration wallTime) {
    this.wallTime = wallTime;
    this.sandbox = Sandboxes.open(Sandboxes.CANARY, 1);
    this.filter = filter;
    this.tally = tally;
  }

  /**
   * Runs a case.
   *
   * @throws AssertionError when anything is not as it must be; the message has the case
   */
  synchronized Outcome run(Case one) {
    CasePlan plan = new CasePlan(one);
    LimitOverrides overrides = limitsOf(one);
    Limits limits = sandbox.policy().limits().with(overrides);
    RunResult result =
        sandbox.run(
            RunRequest.command("./fuzz", Survivors.MARK)
                .executable("fuzz", PAYLOAD)
                .file(CasePlan.RESULTS_FILE, plan.resultsFile())
                .stdin(plan.plan())
                .outputFile(CasePlan.RESULTS_FILE)
                .limits(overrides)
                .build());
    byte[] file = result.files().getOrDefault(CasePlan.RESULTS_FILE, new byte[0]);
    Outcome outcome = new Outcome(result, plan.results(file), plan.isAsItWasMade(file));
    tally.add(one, outcome, Oracles.cameToHostileCall(one, outcome, filter));
    List<String> findings = Oracles.findings(one, plan, outcome, filter, limits);
    if (!findings.isEmpty()) {
      throw new AssertionError(describe(findings, one, outcome));
    }
    if (++cases % HONEST_EVERY == 0) {
      theNextJobIsUnharmed();
    }
    return outcome;
  }

  private LimitOverrides limitsOf(Case one) {
    boolean endsByItself = one.verdict() != null && one.verdict() != Verdict.WALL_TIME_LIMIT;
    Duration cpu = endsByItself ? AMPLE : null;
    Duration wall = endsByItself ? AMPLE : wallTime;
    return new LimitOverrides(cpu, wall, ByteSize.ofMebibytes(64), 16, OUTPUT, null);
  }

  private void theNextJobIsUnharmed() {
    RunResult result = sandbox.run(RunRequest.command("/bin/echo", "unharmed").build());
    String said = new String(result.stdout().bytes(), StandardCharsets.UTF_8);
    if (result.verdict() != Verdict.OK || !said.equals("unharmed\n")) {
      throw new AssertionError(
          "the next job: " + result.verdict() + " " + result.evidence() + said);
    }
  }

  private static String describe(List<String> findings, Case one, Outcome outcome) {
    RunResult result = outcome.result();
    return String.join("\n", findings)
        + "\n"
        + result.verdict()
        + " exit "
        + result.exitCode()
        + " signal "
        + result.signal()
        + " "
        + result.evidence()
        + " "
        + result.usage()
        + " "
        + result.fileErrors()
        + "\n"
        + one;
  }

  @Override
  public void close() {
    sandbox.close();
  }
}
