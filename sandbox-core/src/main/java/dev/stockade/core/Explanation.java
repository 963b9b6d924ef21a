package dev.stockade.core;

import dev.stockade.core.cgroup.CgroupSettings;
import dev.stockade.core.compile.Awaiting;
import dev.stockade.core.compile.CgroupEntry;
import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.JobPlan;
import dev.stockade.core.compile.PayloadPlan;
import dev.stockade.core.compile.RunPlan;
import dev.stockade.core.compile.SpawnPlan;
import dev.stockade.core.compile.ZygotePlan;
import dev.stockade.core.executor.Layout;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.host.HostReport;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.PlanPrinter;
import dev.stockade.core.plan.Step;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.policy.SeccompRules;
import dev.stockade.core.run.HostSurvey;
import dev.stockade.core.run.JobCgroup;
import dev.stockade.core.seccomp.BpfProgram;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompCompiler;
import dev.stockade.core.seccomp.SeccompExplain;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What Stockade would do to run a command under a policy: every plan, step by step, the mounts, the
 * cgroup and process limits, the filter. Nothing is run, and no privilege is needed.
 *
 * <pre>{@code
 * System.out.print(Explanation.of(Policies.named("default"), List.of("true")).text());
 * }</pre>
 */
public final class Explanation {
  private final Policy policy;
  private final List<String> command;
  private final Identity identity;
  private final List<ShownMount> mounts;
  private final CgroupSettings cgroup;
  private final Filter filter;
  private final List<Plan> plans;

  /**
   * A compiled filter.
   *
   * @param rules what it does to which call, a line each
   */
  record Filter(BpfProgram program, List<String> rules) {}

  /** Explains a command under a policy on any host; pure. */
  Explanation(
      Policy policy,
      List<String> command,
      HostFacts host,
      Identity identity,
      Filter filter,
      SandboxOptions options) {
    this.policy = policy;
    this.command = List.copyOf(command);
    this.identity = identity;
    this.mounts = ShownMount.of(policy, host);
    this.cgroup = JobCgroup.settings(policy.limits());
    this.filter = filter;
    this.plans = plans(host, options);
  }

  /**
   * Explains a command under a policy on this host.
   *
   * @param command program and arguments, at least the program
   * @throws HostUnsupportedException when this host has no libseccomp, or not a file that the
   *     policy shows
   */
  public static Explanation of(Policy policy, List<String> command) {
    return of(policy, command, SandboxOptions.defaults());
  }

  /**
   * Explains a command under a policy on this host, in a sandbox with options; as {@link
   * #of(Policy, List)}.
   */
  public static Explanation of(Policy policy, List<String> command, SandboxOptions options) {
    HostileAction hostile = HostileAction.USER_NOTIFY;
    Policy alone = policy.alone();
    SeccompRules rules = FilterRules.of(alone, options.pinned());
    Filter filter =
        new Filter(
            new SeccompCompiler().compile(rules, hostile), SeccompExplain.describe(rules, hostile));
    return new Explanation(
        alone, command, HostSurvey.of(alone), HostSurvey.identity(), filter, options);
  }

  private List<Plan> plans(HostFacts host, SandboxOptions options) {
    List<byte[]> bytes =
        command.stream().map(argument -> argument.getBytes(StandardCharsets.UTF_8)).toList();
    Awaiting zygote = ZygotePlan.compile(policy, host, identity);
    Plan spawn = SpawnPlan.compile(policy, zygote, 0).awaiting().plan();
    JobPlan job =
        InitPlan.compile(
            policy,
            host,
            identity,
            CgroupEntry.by(host.legacyCgroups()),
            filter.program(),
            options.pinned(),
            options.terminal(),
            new InitPlan.MemoryRange(Layout.FIRST_JOB, Layout.FIRST_JOB + Layout.JOB_SIZE));
    RunPlan run = RunPlan.compile(bytes, policy.environment());
    List<Plan> plans = new ArrayList<>(List.of(zygote.plan(), spawn));
    for (Step step : spawn.steps()) {
      if (step instanceof Step.Spawn newborn) {
        plans.add(newborn.child());
      }
    }
    plans.addAll(List.of(job.init(), job.payload(), run.plan()));
    return List.copyOf(plans);
  }

  /** Every plan, in the order in which they begin. */
  public List<Plan> plans() {
    return plans;
  }

  /** All of it as text for people, lines ended by {@code \n}. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append("policy ").append(policy.name()).append(": ").append(policy.description());
    out.append('\n');
    section(out, "command", command.stream().map(a -> Datum.string(a).toString()).toList());
    section(out, "identity", List.of(identity.description(), insideIds()));
    section(out, "mounts", mounts.stream().map(ShownMount::toString).toList());
    section(out, "cgroup", pairs(cgroupTree()));
    section(out, "limits kept by Stockade's own timers and counters", pairs(ownLimitsTree()));
    section(out, "limits of each process", pairs(rlimitsTree()));
    section(
        out,
        "system-call filter of " + filter.program().length() + " instructions",
        filter.rules());
    plans.forEach(plan -> out.append('\n').append(PlanPrinter.print(plan)));
    return out.toString();
  }

  /**
   * All of it as maps, lists, strings and numbers, for JSON: {@code policy}, {@code description},
   * {@code command}, {@code identity}, {@code mounts} ({@code path}, {@code type}, {@code source},
   * {@code options}), {@code cgroup}, {@code limits}, {@code rlimits}, {@code seccomp} ({@code
   * instructions}, {@code rules}) and {@code plans} ({@code name}, {@code steps} with {@code
   * index}, {@code phase}, {@code text}).
   */
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("policy", policy.name());
    tree.put("description", policy.description());
    tree.put("command", command);
    tree.put("identity", identity.description());
    tree.put("mounts", mounts.stream().map(ShownMount::tree).toList());
    tree.put("cgroup", cgroupTree());
    tree.put("limits", ownLimitsTree());
    tree.put("rlimits", rlimitsTree());
    tree.put(
        "seccomp", ordered("instructions", filter.program().length(), "rules", filter.rules()));
    tree.put("plans", plans.stream().map(Explanation::tree).toList());
    return tree;
  }

  /**
   * What protects the host from the command and the command from others, as a story: what each part
   * of this is for.
   *
   * @param host whether it holds each of them
   */
  public Protections protections(HostReport host) {
    return new ProtectionStory(this, host).tell();
  }

  Policy policy() {
    return policy;
  }

  Identity identity() {
    return identity;
  }

  List<ShownMount> mounts() {
    return mounts;
  }

  CgroupSettings cgroup() {
    return cgroup;
  }

  /** Length of the filter, in instructions of BPF. */
  int filterLength() {
    return filter.program().length();
  }

  private String insideIds() {
    return String.format(Locale.ROOT, "inside: user %d, group %d", policy.uid(), policy.gid());
  }

  private Map<String, Object> cgroupTree() {
    return ordered(
        "memoryAndSwapMaxBytes", cgroup.memoryMaxBytes(),
        "tasksMax", cgroup.pidsMax(),
        "cpus", cgroup.cpus());
  }

  private Map<String, Object> ownLimitsTree() {
    return ordered(
        "cpuTimeNanos", policy.limits().cpuTime().toNanos(),
        "wallTimeNanos", policy.limits().wallTime().toNanos(),
        "outputBytes", policy.limits().output().bytes());
  }

  private Map<String, Object> rlimitsTree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    PayloadPlan.rlimits(policy.rlimits()).forEach(limit -> tree.put(limit.name(), limit.value()));
    return tree;
  }

  private static Map<String, Object> tree(Plan plan) {
    List<Map<String, Object>> steps = new ArrayList<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      Step step = plan.steps().get(i);
      steps.add(ordered("index", i, "phase", step.phase().name(), "text", step.toString()));
    }
    return ordered("name", plan.name(), "steps", steps);
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private static List<String> pairs(Map<String, Object> tree) {
    return tree.entrySet().stream().map(pair -> pair.getKey() + " = " + pair.getValue()).toList();
  }

  private static void section(StringBuilder out, String title, List<String> lines) {
    out.append('\n').append(title).append('\n');
    lines.forEach(line -> out.append("    ").append(line).append('\n'));
  }
}
