package dev.stockade.core;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.JobOutcome;
import dev.stockade.core.run.LinkedJob;
import dev.stockade.core.run.LinkedOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Several programs in one private network: each in a sandbox with limits of its own, all in one
 * network namespace that has nothing but {@code lo}, is made for them and gone with them.
 *
 * <p>They reach each other at 127.0.0.1 and ::1, by TCP, UDP and abstract Unix sockets, and nothing
 * and nobody else. They share no process, file, IPC object, host id (where the host has several) or
 * descriptor.
 *
 * <p>They are prepared together and begin in their order, each when the one before it has been
 * executed. Each one's time runs from its own beginning.
 */
public final class LinkedRun {
  /** The most programs of one run. */
  public static final int MOST_PROGRAMS = 8;

  private LinkedRun() {}

  /**
   * One of the programs.
   *
   * @param name by which others name it; each has another
   * @param sandbox its policy says {@code network: linked} or {@code loopback}
   * @param isService whether it is ended when every program that is no service has ended, which
   *     does not count against it
   * @param after what it waits for before it begins; {@code null}: nothing
   */
  public record Program(
      String name, Sandbox sandbox, RunRequest request, boolean isService, @Nullable After after) {}

  /**
   * A program begins when somebody in the network listens on a TCP port, at whatever address.
   *
   * @param program the name of an earlier program; when that ends before, the one that waits is not
   *     started. So its wall time bounds the waiting
   * @param port 1 to 65535
   */
  public record After(String program, int port) {}

  /**
   * Runs all and waits until all have ended. They take slots of their own, besides those that their
   * sandboxes have.
   *
   * @param programs 2 to {@value #MOST_PROGRAMS}, one of them no service
   * @throws InvalidRequestException when one cannot be run as it stands; its field begins with
   *     {@code programs[i]}
   * @throws CancellationException when they were cancelled before their end
   */
  public static LinkedResult run(List<Program> programs, Cancellation cancellation) {
    check(programs);
    List<Limits> limits = new ArrayList<>();
    List<LinkedJob.Member> members = new ArrayList<>();
    for (int i = 0; i < programs.size(); i++) {
      try {
        Program program = programs.get(i);
        Limits own = program.sandbox.policy().limits().with(program.request.limits());
        own.checkWithin(program.sandbox.policy().ceilings());
        limits.add(own);
        members.add(member(program, own, after(programs, i)));
      } catch (InvalidRequestException e) {
        throw e.in("programs[" + i + "]");
      }
    }
    if (cancellation.isCancelled()) {
      throw new CancellationException("cancelled before they started");
    }
    try {
      List<LinkedOutcome> outcomes = LinkedJob.run(members, cancellation::whenCancelled);
      if (outcomes.stream().anyMatch(LinkedRun::isCancelled) || cancellation.isCancelled()) {
        throw new CancellationException("cancelled while they ran");
      }
      return result(programs, outcomes, limits);
    } finally {
      cancellation.over();
    }
  }

  private static void check(List<Program> programs) {
    if (programs.size() < 2 || programs.size() > MOST_PROGRAMS) {
      throw new InvalidRequestException("programs", "are 2 to " + MOST_PROGRAMS);
    }
    if (programs.stream().allMatch(Program::isService)) {
      throw new InvalidRequestException("programs", "are all services: nothing would end them");
    }
    long names = programs.stream().map(Program::name).distinct().count();
    if (names < programs.size()) {
      throw new InvalidRequestException("programs", "have two of one name");
    }
  }

  private static LinkedJob.@Nullable After after(List<Program> programs, int index) {
    After after = programs.get(index).after;
    if (after == null) {
      return null;
    }
    if (after.port < 1 || after.port > 0xffff) {
      throw new InvalidRequestException("after.listens", "is a TCP port, 1 to 65535");
    }
    for (int i = 0; i < index; i++) {
      if (programs.get(i).name.equals(after.program)) {
        return new LinkedJob.After(i, after.port);
      }
    }
    throw new InvalidRequestException("after.program", "is the name of an earlier program");
  }

  private static LinkedJob.Member member(
      Program program, Limits limits, LinkedJob.@Nullable After after) {
    Sandbox sandbox = program.sandbox;
    if (program.request.attendant() != null || sandbox.pool().hasTerminals()) {
      throw new IllegalArgumentException("nobody attends a linked program, and it has no terminal");
    }
    if (sandbox.policy().network() == Policy.Network.NONE) {
      throw new InvalidRequestException(
          "policy", sandbox.policy().name() + " has no network: it says network: none");
    }
    return new LinkedJob.Member(
        sandbox.pool(),
        Sandbox.order(sandbox.policy(), program.request, limits),
        program.isService,
        after);
  }

  private static boolean isCancelled(LinkedOutcome outcome) {
    return outcome.job() != null && outcome.job().killedFor() == JobOutcome.KilledFor.CANCELLED;
  }

  private static LinkedResult result(
      List<Program> programs, List<LinkedOutcome> outcomes, List<Limits> limits) {
    List<LinkedResult.Program> results = new ArrayList<>();
    for (int i = 0; i < programs.size(); i++) {
      Program program = programs.get(i);
      JobOutcome job = outcomes.get(i).job();
      results.add(
          new LinkedResult.Program(
              program.name,
              program.isService,
              job == null ? null : Judge.judge(job, limits.get(i), program.sandbox.degraded()),
              job != null && isDismissed(job),
              why(program, outcomes.get(i).notStarted())));
    }
    return new LinkedResult(results);
  }

  /** One that had ended by itself in that moment was not. */
  private static boolean isDismissed(JobOutcome job) {
    return job.killedFor() == JobOutcome.KilledFor.DISMISSED && job.waitStatus() == null;
  }

  private static @Nullable String why(
      Program program, LinkedOutcome.@Nullable NotStarted notStarted) {
    if (notStarted == null) {
      return null;
    }
    After after = program.after;
    return notStarted == LinkedOutcome.NotStarted.AWAITED_ENDED && after != null
        ? after.program + " ended before anybody listened on TCP port " + after.port
        : "every program that is no service had ended";
  }
}
