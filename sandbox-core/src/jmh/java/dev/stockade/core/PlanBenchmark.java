package dev.stockade.core;

import dev.stockade.core.compile.Awaiting;
import dev.stockade.core.compile.CgroupEntry;
import dev.stockade.core.compile.FilterRules;
import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.compile.InitPlan;
import dev.stockade.core.compile.JobPlan;
import dev.stockade.core.compile.RunPlan;
import dev.stockade.core.compile.ZygotePlan;
import dev.stockade.core.executor.Layout;
import dev.stockade.core.executor.PlanEncoder;
import dev.stockade.core.executor.Program;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.HostSurvey;
import dev.stockade.core.seccomp.BpfProgram;
import dev.stockade.core.seccomp.HostileAction;
import dev.stockade.core.seccomp.SeccompCompiler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What is computed for a run, without the kernel: plans compiled and encoded. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlanBenchmark {
  private static final List<byte[]> COMMAND =
      List.of("/bin/true".getBytes(StandardCharsets.US_ASCII));

  private final Policy policy = Policies.named("default");
  private final HostFacts host = HostSurvey.of(policy);
  private final Identity identity = HostSurvey.identity();
  private final BpfProgram filter =
      new SeccompCompiler().compile(FilterRules.of(policy), HostileAction.USER_NOTIFY);
  private final JobPlan job = compileJob();
  private final Program initProgram = encodeInit();

  /** The plan of a zygote: once for each slot. */
  @Benchmark
  public Awaiting compileZygote() {
    return ZygotePlan.compile(policy, host, identity);
  }

  /** The plans of an init and its payload: once for each place of a slot. */
  @Benchmark
  public JobPlan compileJob() {
    return InitPlan.compile(
        policy,
        host,
        identity,
        CgroupEntry.by(host.legacyCgroups()),
        filter,
        new InitPlan.MemoryRange(Layout.FIRST_JOB, Layout.FIRST_JOB + Layout.JOB_SIZE));
  }

  /** The plan of a run: on the request's path. */
  @Benchmark
  public RunPlan compileRun() {
    return RunPlan.compile(COMMAND, policy.environment());
  }

  /** The init's plan as the executor reads it. */
  @Benchmark
  public Program encodeInit() {
    return PlanEncoder.encode(job.init(), Layout.FIRST_JOB);
  }

  /** The run's plan, compiled and encoded behind the init's. */
  @Benchmark
  public Program compileAndEncodeRun() {
    return PlanEncoder.encode(compileRun().plan(), initProgram.end());
  }
}
