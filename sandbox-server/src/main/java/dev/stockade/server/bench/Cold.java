package dev.stockade.server.bench;

import dev.stockade.core.RunRequest;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import dev.stockade.core.policy.SeccompRules.Errno;
import dev.stockade.core.policy.SeccompRules.Rule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox with nothing warm: each run is the first under a policy that was never used before,
 * and that has a rule of its own, so that no filter of another policy is its filter. Opening the
 * sandbox (its filter compiled, its zygote started) is part of the run; closing it is not.
 */
final class Cold implements Contestant {
  static final String NAME = "sandbox, cold: policy never used";

  /** Of the requests of ioctl(2) that nobody makes; each policy denies another. */
  private static final long FIRST_REQUEST = 0x7fff_0000;

  private static final long LOW_HALF = 0xffff_ffffL;

  private final Policy policy;
  private int number;

  Cold(Policy policy) {
    this.policy = policy;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Lane enter(Workload workload) throws CannotCompeteException {
    ColdLane lane = new ColdLane(workload);
    lane.run();
    lane.after();
    return lane;
  }

  private Policy another() {
    number++;
    return Confined.with(
        policy,
        policy.name() + "-" + number,
        policy.hostname() + "-" + number,
        policy.binds(),
        oneRuleMore(policy.seccomp(), FIRST_REQUEST + number));
  }

  private static SeccompRules oneRuleMore(SeccompRules rules, long request) {
    List<Rule> more = new ArrayList<>(rules.rules());
    more.add(
        new Rule(
            new Errno("EINVAL"),
            List.of("ioctl"),
            List.of(new ArgumentCondition(1, LOW_HALF, Comparison.EQUAL, request))));
    return new SeccompRules(rules.defaultErrno(), more);
  }

  private final class ColdLane implements Lane {
    private final Workload workload;
    private final RunRequest request;
    private Policy next = another();
    private @Nullable Sandbox sandbox;

    ColdLane(Workload workload) {
      this.workload = workload;
      this.request = Confined.request(workload);
    }

    @Override
    public void run() throws CannotCompeteException {
      Sandbox opened = Sandbox.open(next, new SandboxOptions(1, 0));
      sandbox = opened;
      Confined.check(workload, opened.run(request));
    }

    @Override
    public void after() {
      close();
      next = another();
    }

    @Override
    public void close() {
      if (sandbox != null) {
        sandbox.close();
        sandbox = null;
      }
    }
  }
}
