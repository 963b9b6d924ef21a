package dev.stockade.fuzz.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.AlteredSandbox;
import dev.stockade.core.LiveRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.Alteration;
import dev.stockade.core.run.EndedFromOutsideException;
import dev.stockade.core.run.StepFailure;
import dev.stockade.core.testing.Seed;
import dev.stockade.fuzz.CompiledFilters;
import dev.stockade.fuzz.Effort;
import dev.stockade.fuzz.mutation.HostProcess;
import dev.stockade.fuzz.mutation.Recorder;
import dev.stockade.fuzz.mutation.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each step of each plan goes wrong: that run alone is lost and reported with step and errno,
 * nothing stays behind, the next run works.
 *
 * <p>The short form takes one errno for each step, chosen by a seed: {@code -Dstockade.seed=N}.
 */
final class FaultIT {
  private static final RunRequest REQUEST =
      RunRequest.command("/bin/cat", "a/in").file("a/in", "x").outputFile("a/in").build();

  /** Compiled before the first request: a fault there is one of opening the sandbox. */
  private static final Set<String> OF_OPENING =
      Set.of("zygote", "make an init", "newborn init", "init", "payload");

  @BeforeAll
  static void needs() {
    SandboxNeeds.defaultPolicy();
  }

  private static List<Plan> plans(String sample) {
    Recorder recorder = new Recorder();
    try (Sandbox sandbox = open(sample, recorder)) {
      assertRuns(sandbox, sample);
    }
    return recorder.plans();
  }

  private static Sandbox open(String sample, Alteration alteration) {
    Policy policy = Samples.policy(sample);
    return AlteredSandbox.open(
        policy, Samples.options(sample), CompiledFilters.known(policy, alteration));
  }

  private static RunRequest request(String sample) {
    return Samples.hasTerminal(sample) ? REQUEST.attendedBy(LiveRun.onTerminal(24, 80)) : REQUEST;
  }

  private static void assertRuns(Sandbox sandbox, String sample) {
    RunResult result = sandbox.run(request(sample));
    assertEquals(Verdict.OK, result.verdict());
    assertArrayEquals(new byte[] {'x'}, result.stdout().bytes());
    assertArrayEquals(new byte[] {'x'}, result.files().get("a/in"));
  }

  /** All, or for each step one. */
  private static List<Fault> some(List<Fault> all) {
    if (Effort.current() == Effort.LONG) {
      return all;
    }
    List<Fault> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, new Random(Seed.current()));
    Map<String, Fault> byStep = new LinkedHashMap<>();
    shuffled.forEach(
        fault -> byStep.putIfAbsent(fault.plan().name() + " " + fault.number(), fault));
    return List.copyOf(byStep.values());
  }

  @ParameterizedTest
  @ValueSource(strings = {Samples.DEFAULT, Samples.LOOPBACK, Samples.TERMINAL})
  void aStepThatFailsIsReportedAndLosesItsRunAlone(String name) {
    // The rest of the plans with a network, or with a terminal, is the same.
    Set<String> others = name.equals(Samples.TERMINAL) ? Set.of("init", "payload") : Set.of("init");
    List<Fault> faults = new ArrayList<>();
    for (Plan plan : plans(name)) {
      if (name.equals(Samples.DEFAULT) || others.contains(plan.name())) {
        faults.addAll(Faults.failures(plan));
      }
    }
    List<Fault> some = some(faults);
    assertTrue(some.size() > 50, some::toString);
    List<String> wrong = inject(name, some);
    System.out.printf(
        "%s: %d of %d faults injected, %s%n", name, some.size(), faults.size(), Seed.option());
    assertEquals(List.of(), wrong, Seed.option());
  }

  @ParameterizedTest
  @ValueSource(strings = {Samples.DEFAULT, Samples.TERMINAL})
  void aProcessThatEndsAtAnyStepLosesNothingElse(String name) {
    List<Fault> ends = new ArrayList<>();
    for (Plan plan : plans(name)) {
      // A payload that ends before its program looks like a program that ends.
      // A run that its client has noticed is lost when the zygote ends, so of terminals: init
      // alone.
      if (plan.name().equals("init")
          || (name.equals(Samples.DEFAULT)
              && !Set.of("payload", "program").contains(plan.name()))) {
        ends.addAll(Faults.ends(plan));
      }
    }
    assertEquals(List.of(), inject(name, ends));
  }

  private static List<String> inject(String sample, List<Fault> faults) {
    List<String> wrong = new ArrayList<>();
    Injection injection = new Injection();
    Set<Long> before = HostProcess.childrenOf(Sys.pid());
    for (Fault fault : faults.stream().filter(one -> isOfOpening(one)).toList()) {
      injection.arm(fault);
      Throwable thrown = null;
      try (Sandbox sandbox = open(sample, injection)) {
        injection.disarm();
        assertRuns(sandbox, sample);
      } catch (SandboxException | InvalidRequestException | AssertionError e) {
        thrown = e;
      }
      injection.disarm();
      add(wrong, fault, ofOpening(fault, thrown));
      Set<Long> left = HostProcess.childrenOf(Sys.pid());
      left.removeAll(before);
      add(wrong, fault, left.isEmpty() ? null : "leaves processes " + left);
    }
    try (Sandbox sandbox = open(sample, injection)) {
      for (Fault fault : faults.stream().filter(one -> !isOfOpening(one)).toList()) {
        injection.arm(fault);
        add(wrong, fault, ofRun(fault, sandbox, sample));
        injection.disarm();
        assertRuns(sandbox, sample);
      }
    }
    return wrong;
  }

  private static boolean isOfOpening(Fault fault) {
    return OF_OPENING.contains(fault.plan().name());
  }

  private static void add(List<String> wrong, Fault fault, @Nullable String what) {
    if (what != null) {
      wrong.add(fault + ": " + what);
    }
  }

  /** What is wrong with how opening a sandbox ended. */
  private static @Nullable String ofOpening(Fault fault, @Nullable Throwable thrown) {
    if (fault.errno() == null) {
      // A zygote that ends is replaced at once; an init's plan would end every other init too.
      boolean isFine = thrown == null || thrown instanceof EndedFromOutsideException;
      return isFine ? null : "throws " + thrown;
    }
    if (fault.isTolerated()) {
      return goesOn(fault, thrown);
    }
    if (thrown == null) {
      return isWait(fault) ? null : "is not noticed";
    }
    return misreported(fault, thrown);
  }

  /**
   * What a process does when it has reported success: the next order finds it gone, with the reason
   * or, when nothing is lost by it, replaces it.
   */
  private static boolean isWait(Fault fault) {
    List<Step> steps = fault.plan().steps();
    int last = steps.size() - 1;
    boolean waits = fault.number() == last - 1 && Fault.callOf(fault.step()).equals("recvmsg");
    return waits && (isOfFiles(fault) || fault.plan().name().equals("make an init"));
  }

  private static boolean isOfFiles(Fault fault) {
    return Set.of("make folders", "make files", "open files").contains(fault.plan().name());
  }

  /** Whatever fails later, because something is missing, it is not this step. */
  private static @Nullable String goesOn(Fault fault, @Nullable Throwable thrown) {
    return thrown != null && misreported(fault, thrown) == null ? "does not go on" : null;
  }

  /** What is wrong with a report. */
  private static @Nullable String misreported(Fault fault, Throwable thrown) {
    // A zygote whose wait fails is replaced; when the next one fails so too, the first is blamed.
    Throwable reason =
        thrown instanceof EndedFromOutsideException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (!(reason instanceof StepFailure failure)) {
      return "throws " + thrown;
    }
    int number = fault.number() + Injection.shift(fault);
    String text = String.valueOf(failure.getMessage());
    Errno errno = java.util.Objects.requireNonNull(fault.errno());
    boolean isNamed =
        text.startsWith(Fault.callOf(fault.step()))
            && text.contains(": " + errno + ", step " + number + " of ")
            && text.contains(") of " + fault.plan().name());
    return isNamed && failure.errno() == errno.number() ? null : "says " + text;
  }

  private static @Nullable String ofRun(Fault fault, Sandbox sandbox, String sample) {
    RunResult result;
    try {
      result = sandbox.run(request(sample));
    } catch (InvalidRequestException e) {
      boolean isRequests = fault.isTolerated() || Fault.callOf(fault.step()).equals("execve");
      return isRequests ? null : "throws " + e;
    } catch (SandboxException e) {
      return fault.isTolerated() ? goesOn(fault, e) : misreported(fault, e);
    }
    if (result.verdict() != Verdict.OK) {
      return "ends as " + result.verdict();
    }
    if (fault.errno() != null && !fault.isTolerated() && !isWait(fault)) {
      return "is not noticed";
    }
    boolean hasFile = result.files().containsKey("a/in");
    return hasFile || !result.fileErrors().isEmpty() ? null : "loses a file without a word";
  }
}
