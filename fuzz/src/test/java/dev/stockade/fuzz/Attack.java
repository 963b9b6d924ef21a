package dev.stockade.fuzz;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Output;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.LimitOverrides;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One hostile program, how it is run, and exactly what must come of it.
 *
 * @param lesson the line of the list that it holds
 * @param name what it tries, in a few words
 * @param policy name of a policy for {@link Sandboxes}
 */
record Attack(
    Lesson lesson,
    String name,
    String policy,
    RunRequest request,
    Consumer<RunResult> expectation) {

  /** On the command line of whatever attacks of this process start, and of nothing else. */
  static final String MARK = "100." + (100_000 + new SecureRandom().nextInt(900_000));

  /** A shell's words for doing nothing, longer than any attack takes. */
  static final String NAP = "sleep " + MARK;

  /**
   * Starts an attack by a Python program. It finds {@code attempt} and {@code call} of the resource
   * {@code attempts.py} in {@code attempts}.
   */
  static Builder python(Lesson lesson, String name, String script) {
    return new Builder(lesson, name, "python3", "-c", script, MARK)
        .files(builder -> builder.file("attempts.py", Resources.bytes("attempts.py")));
  }

  static Builder shell(Lesson lesson, String name, String script) {
    return new Builder(lesson, name, "sh", "-c", script, MARK);
  }

  /** Starts an attack by the program of the resource {@code attacker.c}. */
  static Builder c(Lesson lesson, String name, String... arguments) {
    String program = "attacker-" + MARK;
    List<String> command = new ArrayList<>(List.of("./" + program));
    command.addAll(List.of(arguments));
    return new Builder(lesson, name, command.toArray(String[]::new))
        .files(builder -> builder.executable(program, Attacker.program()));
  }

  static Builder command(Lesson lesson, String name, String... command) {
    return new Builder(lesson, name, command);
  }

  /** Runs it and holds the result against what it must be. */
  RunResult run() {
    RunResult result = Sandboxes.of(policy).run(request);
    expectation.accept(result);
    return result;
  }

  @Override
  public String toString() {
    return lesson + ": " + name;
  }

  static String text(Output output) {
    return new String(output.bytes(), StandardCharsets.UTF_8);
  }

  /** A result on a few lines, for messages. */
  static String describe(RunResult result) {
    return "%s exit=%s signal=%s %s %s%nstdout: %s%nstderr: %s"
        .formatted(
            result.verdict(),
            result.exitCode(),
            result.signal(),
            result.evidence(),
            result.usage(),
            text(result.stdout()),
            text(result.stderr()));
  }

  /** Collects an attack; without expectations it must end OK and print nothing. */
  static final class Builder {
    private final Lesson lesson;
    private final String name;
    private final RunRequest.Builder request;
    private final List<Consumer<RunResult>> checks = new ArrayList<>();
    private String policy = "default";
    private Verdict verdict = Verdict.OK;
    private @Nullable String stdout = "";

    private Builder(Lesson lesson, String name, String... command) {
      this.lesson = lesson;
      this.name = name;
      this.request = RunRequest.command(command);
    }

    Builder policy(String name) {
      this.policy = name;
      return this;
    }

    /** Sets what else the request has. */
    Builder files(Consumer<RunRequest.Builder> setter) {
      setter.accept(request);
      return this;
    }

    Builder limits(LimitOverrides limits) {
      request.limits(limits);
      return this;
    }

    Builder ends(Verdict wanted) {
      this.verdict = wanted;
      return this;
    }

    /** The whole of standard output, with a line feed after each line. */
    Builder prints(String... lines) {
      this.stdout = lines.length == 0 ? "" : String.join("\n", lines) + "\n";
      return this;
    }

    /** Leaves standard output unchecked: only for floods and races. */
    Builder printsAnything() {
      this.stdout = null;
      return this;
    }

    /** A call that ends the run, by the listener that the supervisor has. */
    Builder isDenied(String call) {
      ends(Verdict.SECURITY_VIOLATION);
      prints();
      return check(
          result ->
              assertAll(
                  () -> assertEquals(call, result.evidence().deniedSyscall()),
                  () -> assertEquals("deniedSyscall", result.evidence().killedFor()),
                  () -> assertEquals(9, result.signal())));
    }

    /** A system call of another machine's entry, ended by the kernel itself with SIGSYS. */
    Builder isKilledByTheFilter() {
      ends(Verdict.SECURITY_VIOLATION);
      prints();
      return check(
          result ->
              assertAll(
                  () -> assertEquals(31, result.signal()),
                  () -> assertEquals(null, result.evidence().killedFor())));
    }

    Builder check(Consumer<RunResult> check) {
      checks.add(check);
      return this;
    }

    Attack build() {
      Verdict wanted = verdict;
      String output = stdout;
      List<Consumer<RunResult>> all = List.copyOf(checks);
      return new Attack(
          lesson,
          name,
          policy,
          request.build(),
          result -> {
            if (output != null) {
              assertEquals(output, text(result.stdout()), () -> describe(result));
            }
            assertEquals(wanted, result.verdict(), () -> describe(result));
            assertEquals(List.of(), result.degraded());
            all.forEach(check -> check.accept(result));
          });
    }
  }
}
