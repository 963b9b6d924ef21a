package dev.stockade.server.bench;

import dev.stockade.core.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** nsjail: its namespaces, the same files, cgroup limits, a filter that kills the hostile few. */
final class Nsjail implements Contestant {
  private final Policy policy;

  Nsjail(Policy policy) {
    this.policy = policy;
  }

  @Override
  public String name() {
    return "nsjail";
  }

  @Override
  public Lane enter(Workload workload) throws CannotCompeteException {
    List<String> command = new ArrayList<>(List.of(Peers.find("nsjail"), "-Mo", "--really_quiet"));
    command.addAll(List.of("--user", "" + policy.uid(), "--group", "" + policy.gid()));
    command.addAll(List.of("--hostname", policy.hostname()));
    for (Policy.Bind bind : Peers.shown(policy)) {
      command.addAll(List.of("-R", bind.source() + ":" + bind.target()));
    }
    for (Policy.Tmpfs tmpfs : policy.tmpfs()) {
      if (!tmpfs.path().startsWith("/dev/")) {
        command.addAll(List.of("-T", tmpfs.path()));
      }
    }
    String box = policy.workspace().path();
    command.addAll(List.of("-T", box, "--cwd", box));
    policy
        .environment()
        .forEach((name, value) -> command.addAll(List.of("-E", name + "=" + value)));
    long cpuMillis = Math.round(policy.limits().cpus() * 1000);
    command.addAll(List.of("--rlimit_as", "max"));
    command.addAll(List.of("--rlimit_nofile", "" + policy.rlimits().openFiles()));
    command.addAll(List.of("--time_limit", "" + policy.limits().wallTime().toSeconds()));
    command.addAll(List.of("--cgroup_mem_max", "" + policy.limits().memory().bytes()));
    command.addAll(List.of("--cgroup_pids_max", "" + policy.limits().pids()));
    command.addAll(List.of("--cgroup_cpu_ms_per_sec", "" + cpuMillis));
    command.addAll(
        List.of(
            "--seccomp_string",
            "POLICY stockade { KILL { mount, umount2, pivot_root, setns, bpf, init_module } }"
                + " USE stockade DEFAULT ALLOW"));
    command.add("--");
    command.addAll(workload.inside());
    return CommandLane.open(
        List.of(command),
        "its filter allows all but the hostile few calls",
        Map.of(),
        true,
        () -> {});
  }
}
