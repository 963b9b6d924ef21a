package dev.stockade.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.CannotExecuteException;
import dev.stockade.core.run.TimedRuns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of a run goes: what each step of each plan costs, measured in real runs.
 *
 * <p>Every plan reads the clock before each of its steps, where the filter permits it; a figure is
 * the median over some twenty runs, or as many as ten seconds allow. What the server itself takes
 * is measured in other runs, after a second of warming up, with nothing added to their plans.
 */
public final class Timing {
  private static final Duration ENOUGH = Duration.ofSeconds(10);
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final int PLAIN_RUNS = 25;

  /** For the next run to be prepared. */
  private static final long SETTLE_NANOS = 5_000_000;

  private final Policy policy;
  private final List<byte[]> command;
  private final Map<Verdict, Integer> verdicts;
  private final List<PlanTiming> plans;
  private final @Nullable Long serverNanos;
  private final @Nullable Long messagesNanos;
  private final @Nullable Long programNanos;

  private Timing(
      Policy policy,
      List<byte[]> command,
      Map<Verdict, Integer> verdicts,
      StepCosts costs,
      @Nullable Long serverNanos) {
    this.policy = policy;
    this.command = List.copyOf(command);
    this.verdicts = verdicts;
    this.plans = costs.plans();
    this.serverNanos = serverNanos;
    this.messagesNanos = costs.messagesNanos();
    this.programNanos = costs.programNanos();
  }

  /**
   * Runs a command under a policy and measures.
   *
   * @param request the command, without files
   * @throws HostUnsupportedException when this host cannot give what the policy names
   * @throws InvalidRequestException when the command cannot be run
   * @throws SandboxException when a step fails
   */
  public static Timing of(Policy policy, RunRequest request) {
    if (!request.files().isEmpty() || !request.outputFiles().isEmpty()) {
      throw new InvalidRequestException("files", "are not part of what is measured");
    }
    Limits limits = policy.limits().with(request.limits());
    limits.checkWithin(policy.ceilings());
    try {
      TimedRuns timed = TimedRuns.of(policy, Sandbox.order(policy, request, limits), ENOUGH);
      Map<Verdict, Integer> verdicts = new LinkedHashMap<>();
      timed
          .runs()
          .forEach(r -> verdicts.merge(Judge.verdict(r.outcome(), limits), 1, Integer::sum));
      return new Timing(
          policy, request.command(), verdicts, new StepCosts(timed), server(policy, request));
    } catch (CannotExecuteException e) {
      throw new InvalidRequestException("command", e.reason());
    }
  }

  /** What a call takes beside the run's wall time, with everything made ahead that can be. */
  private static @Nullable Long server(Policy policy, RunRequest request) {
    long warm = System.nanoTime() + WARM_UP.toNanos();
    long end = System.nanoTime() + ENOUGH.toNanos();
    List<Long> beside = new ArrayList<>();
    try (Sandbox sandbox = Sandbox.open(policy, new SandboxOptions(1, 1))) {
      while (System.nanoTime() - warm < 0) {
        sandbox.run(request); // the JVM compiles what is run often
      }
      for (int i = 0; i < PLAIN_RUNS && (i == 0 || System.nanoTime() - end < 0); i++) {
        LockSupport.parkNanos(SETTLE_NANOS);
        long start = System.nanoTime();
        long wallNanos = sandbox.run(request).usage().wallTimeNanos();
        beside.add(System.nanoTime() - start - wallNanos);
      }
    }
    return StepCosts.median(beside);
  }

  /** Every plan, in the order in which they begin. */
  public List<PlanTiming> plans() {
    return plans;
  }

  /** How many runs ended with which verdict. */
  public Map<Verdict, Integer> verdicts() {
    return Map.copyOf(verdicts);
  }

  /** What a run costs in the server, beside its wall time: plan, pipes, limits, counters. */
  public @Nullable Long serverNanos() {
    return serverNanos;
  }

  /** What the words from the server to the payload and from the init to the server take. */
  public @Nullable Long messagesNanos() {
    return messagesNanos;
  }

  /** From when the init goes on, soon after {@code execve}, to the program's end. */
  public @Nullable Long programNanos() {
    return programNanos;
  }

  /** What the known steps of a moment take together; {@code null} when none is known. */
  public @Nullable Long nanosOf(Moment moment) {
    List<Long> known =
        plans.stream()
            .flatMap(plan -> plan.steps().stream())
            .filter(step -> step.moment() == moment)
            .map(StepTiming::nanos)
            .filter(Objects::nonNull)
            .toList();
    return known.isEmpty() ? null : (Long) known.stream().mapToLong(Long::longValue).sum();
  }

  /** All of it as text for people, lines ended by {@code \n}. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append("policy ").append(policy.name()).append(", command ");
    out.append(quoted()).append('\n');
    verdicts.forEach(
        (v, runs) -> out.append(runs).append(" runs ended with ").append(v).append('\n'));
    out.append("Medians; the figure of a step contains one reading of the clock; ? is unknown.\n");
    out.append("\nwhile the request waits\n");
    line(out, serverNanos, "the server: plan, pipes, limits, counters (not part of the wall time)");
    line(out, messagesNanos, "words: server to payload, init to server");
    line(out, nanosOf(Moment.REQUEST), "steps of payload and init, with execve until init goes on");
    line(out, programNanos, "the program from then to its end");
    out.append("\nat other times\n");
    line(out, nanosOf(Moment.SLOT), "steps of the zygote, " + Moment.SLOT.text());
    line(out, nanosOf(Moment.AHEAD), "steps that make init and payload, " + Moment.AHEAD.text());
    line(out, nanosOf(Moment.PROGRAM), "steps of init, " + Moment.PROGRAM.text());
    plans.forEach(plan -> print(out, plan));
    return out.toString();
  }

  private String quoted() {
    return command.stream().map(word -> Datum.string(word).toString()).collect(joining(" "));
  }

  private static void print(StringBuilder out, PlanTiming plan) {
    out.append("\nplan ").append(plan.name()).append(", ").append(plan.steps().size());
    out.append(" steps, a reading of the clock: ").append(micros(plan.clockNanos())).append('\n');
    Moment moment = null;
    for (StepTiming step : plan.steps()) {
      if (step.moment() != moment) {
        moment = step.moment();
        out.append("  ").append(moment.text()).append('\n');
      }
      out.append(String.format(Locale.ROOT, "%14s %4d  ", micros(step.nanos()), step.index()));
      out.append(step.text());
      out.append(step.unknown() == null ? "" : "   # ? " + step.unknown()).append('\n');
    }
  }

  private static void line(StringBuilder out, @Nullable Long nanos, String what) {
    out.append(String.format(Locale.ROOT, "%14s  %s%n", micros(nanos), what));
  }

  private static String micros(@Nullable Long nanos) {
    return nanos == null ? "?" : String.format(Locale.ROOT, "%.2f µs", nanos / 1e3);
  }

  /**
   * All of it as maps, lists, strings and numbers, for JSON: {@code policy}, {@code command},
   * {@code verdicts}, {@code requestNanos} ({@code server}, {@code messages}, {@code steps}, {@code
   * program}), {@code otherNanos} ({@code slot}, {@code ahead}, {@code besideProgram}) and {@code
   * plans} ({@code name}, {@code clockNanos}, {@code steps} with {@code index}, {@code phase},
   * {@code moment}, {@code text}, {@code nanos}, {@code unknown}).
   */
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("policy", policy.name());
    tree.put("command", command.stream().map(word -> new String(word, UTF_8)).toList());
    Map<String, Object> ends = new LinkedHashMap<>();
    verdicts.forEach((verdict, runs) -> ends.put(verdict.name(), runs));
    tree.put("verdicts", ends);
    Map<String, @Nullable Object> request = new LinkedHashMap<>();
    request.put("server", serverNanos);
    request.put("messages", messagesNanos);
    request.put("steps", nanosOf(Moment.REQUEST));
    request.put("program", programNanos);
    tree.put("requestNanos", request);
    Map<String, @Nullable Object> other = new LinkedHashMap<>();
    other.put("slot", nanosOf(Moment.SLOT));
    other.put("ahead", nanosOf(Moment.AHEAD));
    other.put("besideProgram", nanosOf(Moment.PROGRAM));
    tree.put("otherNanos", other);
    tree.put("plans", plans.stream().map(Timing::tree).toList());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(PlanTiming plan) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("name", plan.name());
    tree.put("clockNanos", plan.clockNanos());
    tree.put("steps", plan.steps().stream().map(Timing::tree).toList());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(StepTiming step) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("index", step.index());
    tree.put("phase", step.phase().name());
    tree.put("moment", step.moment().name());
    tree.put("text", step.text());
    tree.put("nanos", step.nanos());
    tree.put("unknown", step.unknown());
    return tree;
  }
}
