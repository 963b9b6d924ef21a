package dev.stockade.server.bench;

import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** bubblewrap: all its namespaces, the same files, the same filter. It makes no cgroup. */
final class Bubblewrap implements Contestant {
  private static final int FILTER = 10;

  private final Policy policy;

  Bubblewrap(Policy policy) {
    this.policy = policy;
  }

  @Override
  public String name() {
    return "bubblewrap";
  }

  @Override
  public Lane enter(Workload workload) throws CannotCompeteException {
    List<String> command = new ArrayList<>(List.of(Peers.find("bwrap")));
    command.addAll(List.of("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net"));
    command.addAll(List.of("--unshare-uts", "--unshare-cgroup", "--die-with-parent"));
    command.addAll(List.of("--new-session", "--cap-drop", "ALL"));
    command.addAll(List.of("--hostname", policy.hostname()));
    command.addAll(List.of("--uid", "" + policy.uid(), "--gid", "" + policy.gid()));
    for (Policy.Bind bind : Peers.shown(policy)) {
      command.addAll(show(bind));
    }
    command.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    for (Policy.Tmpfs tmpfs : policy.tmpfs()) {
      command.addAll(List.of("--size", "" + tmpfs.size().bytes(), "--tmpfs", tmpfs.path()));
    }
    String box = policy.workspace().path();
    command.addAll(List.of("--size", "" + policy.workspace().size().bytes(), "--tmpfs", box));
    command.addAll(List.of("--chdir", box, "--clearenv"));
    policy.environment().forEach((name, value) -> command.addAll(List.of("--setenv", name, value)));
    command.addAll(List.of("--seccomp", "" + FILTER));
    command.addAll(workload.inside());
    Path filter = writeFilter();
    return CommandLane.open(
        List.of(command),
        "no cgroup: no limit on memory, processes or CPU; no rlimits; descriptor "
            + FILTER
            + " has the same filter",
        Map.of(FILTER, () -> open(filter)),
        false, // it ends without waiting for its child, whose CPU time then goes to process 1
        () -> delete(filter));
  }

  /** A symlink is shown as one, as the sandbox does it. */
  private static List<String> show(Policy.Bind bind) {
    Path source = Path.of(bind.source());
    try {
      if (Files.isSymbolicLink(source)) {
        return List.of("--symlink", Files.readSymbolicLink(source).toString(), bind.target());
      }
    } catch (IOException e) {
      throw new SandboxException(source + " cannot be read", e);
    }
    return List.of("--ro-bind", bind.source(), bind.target());
  }

  private Path writeFilter() {
    byte[] program =
        new SeccompCompiler().compile(FilterRules.of(policy), HostileAction.KILL_PROCESS).bytes();
    try {
      return Files.write(Files.createTempFile("stockade-bench-", ".bpf"), program);
    } catch (IOException e) {
      throw new SandboxException("the filter for bubblewrap cannot be written", e);
    }
  }

  /** bubblewrap reads it to its end, so each run gets one at its beginning. */
  private static Fd open(Path filter) {
    return Sys.openForReading(filter.toString());
  }

  private static void delete(Path filter) {
    try {
      Files.deleteIfExists(filter);
    } catch (IOException e) {
      throw new SandboxException(filter + " cannot be removed", e);
    }
  }
}
