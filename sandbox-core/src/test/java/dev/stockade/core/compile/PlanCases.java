package dev.stockade.core.compile;

import dev.stockade.core.compile.HostFacts.HostPath;
import dev.stockade.core.executor.Layout;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.seccomp.BpfProgram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Policies, hosts and identities that plans are made for in tests. */
public final class PlanCases {
  public static final Identity OWN = new Identity.Own(1234, 5678);
  public static final Identity DROPPED = new Identity.Dropped(0x7000_0400, 0x7000_0400);
  public static final Identity SUBORDINATE = new Identity.Subordinate(1234, 5678, 100_000, 200_000);

  /** {@code ret ALLOW}; what a filter holds is no matter of plans. */
  public static final BpfProgram FILTER =
      new BpfProgram(new byte[] {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f});

  /** A Debian-like host. */
  public static final HostFacts DEBIAN =
      new HostFacts(
          Map.of(
              "/usr", new HostPath.Folder(),
              "/bin", new HostPath.Symlink("usr/bin"),
              "/sbin", new HostPath.Symlink("usr/sbin"),
              "/lib", new HostPath.Symlink("usr/lib"),
              "/lib64", new HostPath.Symlink("usr/lib64"),
              "/etc/ld.so.cache", new HostPath.File(),
              "/etc/alternatives", new HostPath.Folder()),
          40,
          0);

  private static final List<Policy> SHIPPED =
      Policies.names().stream().map(Policies::named).toList();

  private PlanCases() {}

  /** One case: everything that decides what plans look like. */
  public record Case(
      Policy policy,
      HostFacts host,
      Identity identity,
      CgroupEntry cgroup,
      boolean pinned,
      boolean terminal) {
    public Case(Policy policy, HostFacts host, Identity identity, CgroupEntry cgroup) {
      this(policy, host, identity, cgroup, false, false);
    }

    Plan zygote() {
      return ZygotePlan.compile(policy, host, identity).plan();
    }

    Plan init() {
      return init(Layout.FIRST_JOB);
    }

    Plan init(long place) {
      return job(place).init();
    }

    Plan payload() {
      return job(Layout.FIRST_JOB).payload();
    }

    private JobPlan job(long place) {
      return InitPlan.compile(
          policy,
          host,
          identity,
          cgroup,
          FILTER,
          pinned,
          terminal,
          new InitPlan.MemoryRange(place, place + Layout.JOB_SIZE));
    }

    RunPlan run(String... command) {
      List<byte[]> bytes = new ArrayList<>();
      for (String argument : command) {
        bytes.add(argument.getBytes(StandardCharsets.UTF_8));
      }
      return RunPlan.compile(bytes, policy.environment());
    }

    /** Every plan, with the orders that fill and read workspaces. */
    List<Plan> plans() {
      Awaiting zygote = ZygotePlan.compile(policy, host, identity);
      Plan spawn = SpawnPlan.compile(policy, zygote, 0x1234).awaiting().plan();
      List<Plan> plans = new ArrayList<>(List.of(zygote.plan(), spawn, init()));
      spawn.steps().forEach(step -> addChild(plans, step));
      plans.add(payload());
      plans.add(run("cat", "x").plan());
      List<String> names = List.of("a", "d/e\n");
      plans.add(FilePlan.folders(zygote, names).awaiting().plan());
      plans.add(FilePlan.open(zygote, names).awaiting().plan());
      plans.add(
          FilePlan.create(zygote, List.of(new FilePlan.NewFile("a", 0644))).awaiting().plan());
      return plans;
    }

    private static void addChild(List<Plan> plans, Step step) {
      if (step instanceof Step.Spawn spawn) {
        plans.add(spawn.child());
      }
    }

    @Override
    public String toString() {
      return policy.name() + " " + policy.network() + " " + identity + " " + host + " " + cgroup;
    }
  }

  /** A policy with another network. */
  public static Policy with(Policy p, Policy.Network network) {
    return new Policy(
        p.name(),
        p.description(),
        p.hostname(),
        p.uid(),
        p.gid(),
        p.binds(),
        p.workspace(),
        p.tmpfs(),
        p.environment(),
        p.umask(),
        network,
        p.limits(),
        p.ceilings(),
        p.rlimits(),
        p.seccomp(),
        p.degraded());
  }

  /** Shipped policies on hosts of every kind. */
  static Arbitrary<Case> cases() {
    Arbitrary<Policy> policies =
        Combinators.combine(Arbitraries.of(SHIPPED), Arbitraries.of(Policy.Network.class))
            .as(PlanCases::with);
    return policies.flatMap(
        policy ->
            Combinators.combine(
                    hosts(policy),
                    Arbitraries.of(OWN, DROPPED, SUBORDINATE),
                    Arbitraries.of(
                        CgroupEntry.NONE, CgroupEntry.by(0), CgroupEntry.by(3), CgroupEntry.by(4)),
                    Arbitraries.of(false, true),
                    Arbitraries.of(false, true))
                .as(
                    (host, identity, cgroup, pinned, terminal) ->
                        new Case(policy, host, identity, cgroup, pinned, terminal)));
  }

  private static Arbitrary<HostFacts> hosts(Policy policy) {
    Arbitrary<HostPath> present =
        Arbitraries.of(
            new HostPath.Folder(), new HostPath.File(), new HostPath.Symlink("usr/somewhere"));
    Arbitrary<HostPath> any = Arbitraries.oneOf(present, Arbitraries.just(new HostPath.Missing()));
    List<Arbitrary<HostPath>> paths =
        policy.binds().stream().map(bind -> bind.optional() ? any : present).toList();
    return Combinators.combine(paths)
        .as(found -> found)
        .flatMap(
            found ->
                Arbitraries.integers()
                    .between(35, 63)
                    .map(
                        last -> {
                          Map<String, HostPath> byPath = new HashMap<>();
                          for (int i = 0; i < found.size(); i++) {
                            byPath.put(policy.binds().get(i).source(), found.get(i));
                          }
                          return new HostFacts(byPath, last, 0);
                        }));
  }
}
