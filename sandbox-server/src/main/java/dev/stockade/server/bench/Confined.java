package dev.stockade.server.bench;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.policy.SeccompRules;
import java.util.ArrayList;
import java.util.List;

/** The sandbox, by the Java API: a contestant whose sandbox stays open. */
final class Confined implements Contestant {
  static final String SPARE = "sandbox, spare ready";
  static final String NO_SPARE = "sandbox, warm, no spare";

  private final String name;
  private final Sandbox sandbox;

  private Confined(String name, Policy policy, SandboxOptions options) {
    this.name = name;
    this.sandbox = Sandbox.open(policy, options);
  }

  /** One slot, whose next init is prepared while nobody waits. */
  static Confined withSpare(Policy policy) {
    return new Confined(SPARE, policy, new SandboxOptions(1, 1));
  }

  /** One slot, whose zygote is there and whose init is made when the request has come. */
  static Confined withoutSpare(Policy policy) {
    return new Confined(NO_SPARE, policy, new SandboxOptions(1, 0));
  }

  /** As many slots as there are processors, with a spare in each: what the server has. */
  static Confined asServed(String name, Policy policy) {
    return new Confined(name, policy, SandboxOptions.defaults());
  }

  /** What the host cannot give of what the policy names. */
  List<String> degraded() {
    return sandbox.degraded();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Lane enter(Workload workload) throws CannotCompeteException {
    RunRequest request = request(workload);
    Lane lane = () -> check(workload, sandbox.run(request));
    lane.run();
    return lane;
  }

  static RunRequest request(Workload workload) {
    return RunRequest.commandBytes(workload.bytes()).build();
  }

  static void check(Workload workload, RunResult result) throws CannotCompeteException {
    if (result.verdict() != Verdict.OK) {
      throw new CannotCompeteException(
          workload.name()
              + " ended as "
              + result.verdict()
              + (result.exitCode() == null ? "" : " " + result.exitCode()));
    }
  }

  /** The policy, with the benchmark's folder shown. */
  static Policy showing(Policy policy, Workloads workloads) {
    List<Policy.Bind> binds = new ArrayList<>(policy.binds());
    binds.add(new Policy.Bind(workloads.folder().toString(), Workloads.INSIDE, false));
    return with(policy, "bench", policy.hostname(), binds);
  }

  /** A copy under other names. */
  static Policy with(Policy policy, String name, String hostname, List<Policy.Bind> binds) {
    return with(policy, name, hostname, binds, policy.seccomp());
  }

  /** A copy under other names, with other rules. */
  static Policy with(
      Policy policy, String name, String hostname, List<Policy.Bind> binds, SeccompRules seccomp) {
    return new Policy(
        name,
        policy.description(),
        hostname,
        policy.uid(),
        policy.gid(),
        binds,
        policy.workspace(),
        policy.tmpfs(),
        policy.environment(),
        policy.umask(),
        policy.network(),
        policy.limits(),
        policy.ceilings(),
        policy.rlimits(),
        seccomp,
        policy.degraded());
  }

  @Override
  public void close() {
    sandbox.close();
  }
}
