package dev.stockade.server.bench;

import dev.stockade.core.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** isolate: a fresh box for each run, so that one run is three commands. */
final class Isolate implements Contestant {
  private static final int KIB = 1024;

  private final Policy policy;

  Isolate(Policy policy) {
    this.policy = policy;
  }

  @Override
  public String name() {
    return "isolate";
  }

  @Override
  public Lane enter(Workload workload) throws CannotCompeteException {
    String program = Peers.find("isolate");
    List<String> run = new ArrayList<>(List.of(program, "--cg"));
    run.add("--cg-mem=" + policy.limits().memory().bytes() / KIB);
    run.add("--processes=" + policy.limits().pids());
    run.add("--time=" + policy.limits().cpuTime().toSeconds());
    run.add("--wall-time=" + policy.limits().wallTime().toSeconds());
    run.add("--open-files=" + policy.rlimits().openFiles());
    for (Policy.Bind bind : Peers.shown(policy)) {
      if (bind.source().startsWith("/") && bind.target().equals(Workloads.INSIDE)) {
        run.add("--dir=" + bind.target().substring(1) + "=" + bind.source());
      }
    }
    policy.environment().forEach((name, value) -> run.add("--env=" + name + "=" + value));
    run.addAll(List.of("--run", "--"));
    run.addAll(workload.inside());
    return CommandLane.open(
        List.of(List.of(program, "--cg", "--init"), run, List.of(program, "--cg", "--cleanup")),
        "no system-call filter, no user namespace",
        Map.of(),
        true,
        () -> {});
  }
}
