package dev.stockade.server.bench;

import dev.stockade.core.RunRequest;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.policy.Policy;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox with nothing warm: each run is the first under a policy that was never used before.
 * Opening the sandbox (its filter compiled, its zygote started) is part of the run; closing it is
 * not.
 */
final class Cold implements Contestant {
  static final String NAME = "sandbox, cold: policy never used";

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
        policy, policy.name() + "-" + number, policy.hostname() + "-" + number, policy.binds());
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
