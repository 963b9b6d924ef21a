package dev.stockade.server.bench;

import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Rule;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A policy as the OCI runtime specification says it: fresh namespaces of every kind, no capability,
 * the same files, limits and, as far as that format goes, the same filter.
 */
final class CrunConfig {
  private static final int SUBORDINATE = 100_000;
  private static final int SUBORDINATES = 65_536;
  private static final long PERIOD_MICROS = 100_000;

  private final Policy policy;
  private final boolean isRoot;

  /**
   * @param isRoot whether ids and cgroups are ours to give
   */
  CrunConfig(Policy policy, boolean isRoot) {
    this.policy = policy;
    this.isRoot = isRoot;
  }

  JsonObject of(Workload workload) {
    return new JsonObject()
        .put("ociVersion", "1.0.2")
        .put("root", new JsonObject().put("path", "rootfs").put("readonly", true))
        .put("hostname", policy.hostname())
        .put("process", process(workload))
        .put("mounts", mounts())
        .put("linux", linux());
  }

  private JsonObject process(Workload workload) {
    JsonArray environment = new JsonArray();
    policy.environment().forEach((name, value) -> environment.add(name + "=" + value));
    JsonObject none = new JsonObject();
    for (String set : List.of("bounding", "effective", "permitted", "inheritable", "ambient")) {
      none.put(set, new JsonArray());
    }
    int files = policy.rlimits().openFiles();
    return new JsonObject()
        .put("terminal", false)
        .put("user", new JsonObject().put("uid", policy.uid()).put("gid", policy.gid()))
        .put("args", new JsonArray(workload.inside()))
        .put("env", environment)
        .put("cwd", policy.workspace().path())
        .put("noNewPrivileges", true)
        .put("capabilities", none)
        .put(
            "rlimits",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("type", "RLIMIT_NOFILE")
                        .put("soft", files)
                        .put("hard", files)));
  }

  private JsonArray mounts() {
    JsonArray mounts = new JsonArray();
    mounts.add(mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
    mounts.add(mount("/dev", "tmpfs", "tmpfs", "nosuid", "mode=755", "size=65536k"));
    for (Policy.Bind bind : Peers.shown(policy)) {
      mounts.add(mount(bind.target(), "bind", bind.source(), "rbind", "ro", "nosuid", "nodev"));
    }
    for (Policy.Tmpfs tmpfs : policy.tmpfs()) {
      mounts.add(tmpfs(tmpfs, "noexec"));
    }
    return mounts.add(tmpfs(policy.workspace(), "exec"));
  }

  private static JsonObject tmpfs(Policy.Tmpfs tmpfs, String exec) {
    return mount(
        tmpfs.path(), "tmpfs", "tmpfs", "nosuid", "nodev", exec, "size=" + tmpfs.size().bytes());
  }

  private static JsonObject mount(
      String destination, String type, String source, String... options) {
    return new JsonObject()
        .put("destination", destination)
        .put("type", type)
        .put("source", source)
        .put("options", new JsonArray(List.of(options)));
  }

  private JsonObject linux() {
    JsonArray namespaces = new JsonArray();
    for (String type : List.of("user", "pid", "mount", "ipc", "uts", "network", "cgroup")) {
      namespaces.add(new JsonObject().put("type", type));
    }
    JsonObject linux =
        new JsonObject()
            .put("namespaces", namespaces)
            .put("uidMappings", mapping(policy.uid(), Sys.euid()))
            .put("gidMappings", mapping(policy.gid(), Sys.egid()))
            .put("seccomp", seccomp());
    return isRoot ? linux.put("resources", resources()) : linux;
  }

  /** Root gives ranges of ids away; anybody else has one id to give. */
  private JsonArray mapping(int inside, int own) {
    JsonObject mapping =
        isRoot
            ? new JsonObject()
                .put("containerID", 0)
                .put("hostID", SUBORDINATE)
                .put("size", SUBORDINATES)
            : new JsonObject().put("containerID", inside).put("hostID", own).put("size", 1);
    return new JsonArray().add(mapping);
  }

  private JsonObject resources() {
    long quota = Math.round(policy.limits().cpus() * PERIOD_MICROS);
    return new JsonObject()
        .put("memory", new JsonObject().put("limit", policy.limits().memory().bytes()))
        .put("pids", new JsonObject().put("limit", policy.limits().pids()))
        .put("cpu", new JsonObject().put("quota", quota).put("period", PERIOD_MICROS));
  }

  /** Rules without a condition, and conditions of equality on calls that are allowed. */
  private JsonObject seccomp() {
    SeccompRules rules = FilterRules.of(policy);
    JsonArray calls = new JsonArray();
    for (Rule rule : rules.rules()) {
      boolean saysEqual =
          rule.when().stream().allMatch(when -> when.comparison() == SeccompRules.Comparison.EQUAL);
      if (rule.when().isEmpty() || (rule.action() instanceof SeccompRules.Allow && saysEqual)) {
        calls.add(seccomp(rule));
      }
    }
    return new JsonObject()
        .put("defaultAction", "SCMP_ACT_ERRNO")
        .put("defaultErrnoRet", errno(rules.defaultErrno()))
        .put("architectures", new JsonArray().add("SCMP_ARCH_X86_64"))
        .put("syscalls", calls);
  }

  private static JsonObject seccomp(Rule rule) {
    JsonObject call = new JsonObject().put("names", new JsonArray(rule.calls()));
    if (rule.action() instanceof SeccompRules.Errno errno) {
      call.put("action", "SCMP_ACT_ERRNO").put("errnoRet", errno(errno.name()));
    } else if (rule.action() instanceof SeccompRules.Kill) {
      call.put("action", "SCMP_ACT_KILL_PROCESS");
    } else {
      call.put("action", "SCMP_ACT_ALLOW");
    }
    JsonArray args = new JsonArray();
    for (ArgumentCondition when : rule.when()) {
      args.add(
          new JsonObject()
              .put("index", when.index())
              .put("value", when.mask())
              .put("valueTwo", when.value())
              .put("op", "SCMP_CMP_MASKED_EQ"));
    }
    return args.isEmpty() ? call : call.put("args", args);
  }

  private static int errno(String name) {
    return Errno.valueOf(name).number();
  }
}
