package dev.stockade.fuzz.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the oracles say of results that a sandbox with holes would give. */
final class OraclesTest {
  private static final Policy POLICY = Policies.named("default");
  private static final Filter FILTER = new Filter(POLICY);
  private static final long EPERM = -1;
  private static final long EINTR = -4;
  private static final long NOT_REACHED = CasePlan.NOT_REACHED;

  /** The findings on a list of calls that ended with exit status 0. */
  private static List<String> ofOk(String calls, long... results) {
    return findings(calls, results, Verdict.OK, 0, null);
  }

  private static List<String> findings(
      String calls,
      long[] results,
      Verdict verdict,
      @Nullable Integer status,
      @Nullable String hostile) {
    Case one = CaseText.parse("test", CaseText.HEADER + "\n" + calls);
    Output none = new Output(new byte[0], 0);
    Usage usage = new Usage(1L, 1L, 0L, 1, 1L, "test", 1, null, null);
    Evidence evidence =
        new Evidence(
            status, 0L, 0L, hostile == null ? null : "deniedSyscall", hostile, 0L, null, null);
    Integer exit = status == null ? null : (Integer) (status >> 8);
    Integer signal = status == null ? (Integer) 9 : null;
    RunResult result =
        new RunResult(
            verdict, exit, signal, none, none, usage, evidence, List.of(), Map.of(), Map.of());
    Outcome outcome = new Outcome(result, results, true);
    return Oracles.findings(one, new CasePlan(one), outcome, FILTER, POLICY.limits());
  }

  /** Found by CallFuzzIT: a program had truncated the file and made it as long again. */
  @Test
  void aFileThatTheProgramHasReplacedHoldsNoResults() {
    CasePlan plan = new CasePlan(CaseText.parse("test", CaseText.HEADER + "\ngetpid()"));
    byte[] made = plan.resultsFile();
    made[0] = 42;
    assertEquals(true, plan.isAsItWasMade(made));
    assertEquals(42, plan.results(made)[0] & 0xff);
    byte[] zeroed = new byte[made.length];
    assertEquals(false, plan.isAsItWasMade(zeroed));
    assertEquals(NOT_REACHED, plan.results(zeroed)[0]);
    assertEquals(NOT_REACHED, plan.results(new byte[0])[0]);
  }

  @Test
  void aDeniedCallHasItsErrno() {
    assertEquals(List.of(), ofOk("ptrace(0)\nunshare(0x10000000)", EPERM, EPERM));
    assertEquals(
        List.of("call 1 returned 0, the filter says ERRNO(EPERM): unshare(0x10000000)"),
        ofOk("ptrace(0)\nunshare(0x10000000)", EPERM, 0));
    assertEquals(
        List.of("call 0 returned EINTR, the filter says ERRNO(EPERM): ptrace(0)"),
        ofOk("ptrace(0)", EINTR));
  }

  @Test
  void whatDependsOnEarlierResultsIsNotForetold() {
    assertEquals(List.of(), ofOk("getpid()\nunshare(@pid-1)", 2, 0));
  }

  @Test
  void aHostileCallIsNotMade() {
    assertEquals(List.of("call 0 is hostile and returned 0: bpf(0)"), ofOk("bpf(0)", 0));
    assertEquals(List.of(), ofOk("bpf(0)", EINTR));
  }

  @Test
  void nothingFollowsAHostileCall() {
    String calls = "getpid()\nbpf(0)\ngetpid()";
    long[] stopped = {2, NOT_REACHED, NOT_REACHED};
    assertEquals(List.of(), findings(calls, stopped, Verdict.SECURITY_VIOLATION, null, "bpf"));
    long[] wentOn = {2, NOT_REACHED, 2};
    assertEquals(
        List.of("call 2 was made after call 1: getpid()"),
        findings(calls, wentOn, Verdict.SECURITY_VIOLATION, null, "bpf"));
  }

  @Test
  void aRunIsEndedForAHostileCallOfItsOwn() {
    long[] results = {2};
    assertEquals(
        List.of("a call ended the run that is not hostile or not in the case: bpf"),
        findings("getpid()", results, Verdict.SECURITY_VIOLATION, null, "bpf"));
    assertEquals(
        List.of("a call ended the run that is not hostile or not in the case: getpid"),
        findings("getpid()", results, Verdict.SECURITY_VIOLATION, null, "getpid"));
  }

  @Test
  void okIsSaidAtTheEndOnly() {
    assertEquals(
        List.of("OK, and it did not reach its end"), ofOk("getpid()\ngetpid()", 2, NOT_REACHED));
    assertEquals(List.of(), ofOk("exit_group(0)\ngetpid()", NOT_REACHED, NOT_REACHED));
  }

  @Test
  void aPayloadThatCouldNotBeginIsFound() {
    assertEquals(
        List.of("the payload could not even begin"),
        findings("getpid()", new long[] {NOT_REACHED}, Verdict.NONZERO_EXIT, 111 << 8, null));
  }

  @Test
  void theVerdictThatACaseWantsIsChecked() {
    assertEquals(List.of("its verdict is not SIGNALED"), ofOk("verdict SIGNALED\ngetpid()", 2));
  }
}
