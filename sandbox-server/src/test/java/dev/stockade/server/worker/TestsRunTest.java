package dev.stockade.server.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Content;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.JobCancellation;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobEvents;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.OutputJudge;
import dev.stockade.server.job.TestSuite;
import dev.stockade.server.job.TestedJob;
import dev.stockade.server.judge.ExactChecker;
import dev.stockade.server.judge.JudgeVerdict;
import dev.stockade.server.judge.Runs;
import dev.stockade.server.judge.Scoring;
import dev.stockade.server.judge.TestCase;
import dev.stockade.server.judge.TestResult;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs that are played: standard input says what becomes of them. */
@Timeout(300)
class TestsRunTest {
  private static final TestOutputCheck EXACT =
      (test, output, cancellation) -> new ExactChecker().check(output, bytes(test.expected()));

  private final JobCancellation cancellation = new JobCancellation();
  private final JobEvents events = new JobEvents();
  private final ConcurrentLinkedQueue<String> begun = new ConcurrentLinkedQueue<>();

  private static TestedJob job(boolean stop, int parallelism, String... inputs) {
    List<TestCase> tests = new ArrayList<>();
    for (String input : inputs) {
      byte[] stdin = input.getBytes(StandardCharsets.UTF_8);
      tests.add(
          new TestCase(
              input,
              Content.of(stdin),
              Content.of("ok".getBytes(StandardCharsets.UTF_8)),
              List.of(stdin),
              LimitOverrides.NONE,
              TestCase.NO_GROUP,
              BigDecimal.ONE));
    }
    CommandJob program =
        new CommandJob(List.of("x".getBytes(StandardCharsets.UTF_8)), "default", JobInput.NONE);
    return new TestedJob(
        program,
        new TestSuite(
            new Scoring(tests, List.of(), false),
            new OutputJudge.BuiltIn(new ExactChecker()),
            null,
            parallelism,
            stop,
            ByteSize.ofBytes(1)));
  }

  private List<String> run(TestedJob job, ReadyProgram program, Helpers helpers) {
    ReadyProgram noted =
        (variant, live, own) -> {
          begun.add(inputOf(variant));
          return program.run(variant, live, own);
        };
    return new TestsRun(
            job,
            new TestRun(job, noted, EXACT),
            new JobContext("id", cancellation, helpers, events))
        .run().stream().map(result -> result.verdict().name()).toList();
  }

  private static byte[] bytes(Content content) {
    return ((Content.InMemory) content).bytes();
  }

  private static String inputOf(JobRequest variant) {
    return new String(bytes(variant.input().stdin()), StandardCharsets.UTF_8);
  }

  /** Writes "ok" and anything else for an input that begins with "wrong". */
  private static RunResult play(JobRequest variant, LiveOutput live, Cancellation own) {
    return Runs.ok(inputOf(variant).startsWith("wrong") ? "no" : "ok");
  }

  /** As many helpers as are asked for, each a thread. */
  private static final class Crowd implements Helpers {
    private final AtomicBoolean needed = new AtomicBoolean();

    @Override
    public boolean tryStart(Runnable work) {
      new Thread(work).start();
      return true;
    }

    @Override
    public boolean areNeeded() {
      return needed.get();
    }
  }

  @Test
  void testsRunInTheirOrder() {
    assertEquals(
        List.of("ACCEPTED", "WRONG_ANSWER", "ACCEPTED"),
        run(job(false, 1, "1", "wrong", "3"), TestsRunTest::play, new Crowd()));
    assertEquals(List.of("1", "wrong", "3"), List.copyOf(begun));
  }

  @Test
  void firstFailureSkipsTheRest() {
    assertEquals(
        List.of("ACCEPTED", "WRONG_ANSWER", "SKIPPED", "SKIPPED"),
        run(job(true, 1, "1", "wrong", "3", "wrong"), TestsRunTest::play, Helpers.NONE));
    assertEquals(List.of("1", "wrong"), List.copyOf(begun));
    assertEquals(
        List.of(
            new JobEvent.TestStarted(0, "1"),
            new JobEvent.TestFinished(0, "1", JudgeVerdict.ACCEPTED, BigDecimal.ONE),
            new JobEvent.TestStarted(1, "wrong"),
            new JobEvent.TestFinished(1, "wrong", JudgeVerdict.WRONG_ANSWER, BigDecimal.ZERO)),
        events.after(0, 100).stream().map(JobEvents.Numbered::event).toList());
  }

  @Test
  void testsRunSideBySideUpToTheParallelism() {
    CyclicBarrier three = new CyclicBarrier(3);
    ReadyProgram program =
        (variant, live, own) -> {
          try {
            three.await(120, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          return Runs.ok("ok");
        };
    assertEquals(
        List.of("ACCEPTED", "ACCEPTED", "ACCEPTED", "ACCEPTED", "ACCEPTED", "ACCEPTED"),
        run(job(false, 3, "1", "2", "3", "4", "5", "6"), program, new Crowd()));
  }

  /** The last test fails first; the first fails last. */
  @Test
  void resultsAreThoseOfOneAfterTheOther() {
    CountDownLatch lastFailed = new CountDownLatch(1);
    ReadyProgram program =
        (variant, live, own) -> {
          if (inputOf(variant).equals("wrong 1")) {
            await(lastFailed);
          } else {
            lastFailed.countDown();
          }
          return play(variant, live, own);
        };
    assertEquals(
        List.of("WRONG_ANSWER", "SKIPPED"),
        run(job(true, 2, "wrong 1", "wrong 2"), program, new Crowd()));
    assertEquals(2, begun.size());
  }

  @Test
  void failureEndsTheRunsBehindIt() {
    CountDownLatch running = new CountDownLatch(1);
    ReadyProgram program =
        (variant, live, own) -> {
          if (inputOf(variant).equals("wrong")) {
            await(running);
            return play(variant, live, own);
          }
          running.countDown();
          throw untilCancelled(own);
        };
    assertEquals(
        List.of("WRONG_ANSWER", "SKIPPED"), run(job(true, 2, "wrong", "2"), program, new Crowd()));
  }

  @Test
  void faultOfOursInOneTestEndsAll() {
    SandboxException fault = new SandboxException("mount: EPERM");
    CountDownLatch running = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    ReadyProgram program =
        (variant, live, own) -> {
          if (inputOf(variant).equals("1")) {
            await(running);
            throw fault;
          }
          running.countDown();
          CancellationException cancelled = untilCancelled(own);
          ended.set(true);
          throw cancelled;
        };
    assertSame(
        fault,
        assertThrows(
            SandboxException.class, () -> run(job(false, 2, "1", "2", "3"), program, new Crowd())));
    assertTrue(ended.get());
    assertFalse(begun.contains("3"));
  }

  @Test
  void cancellationEndsEveryRun() {
    Semaphore running = new Semaphore(0);
    Thread canceller =
        new Thread(
            () -> {
              running.acquireUninterruptibly(2);
              cancellation.cancel();
            });
    canceller.start();
    ReadyProgram program =
        (variant, live, own) -> {
          running.release();
          throw untilCancelled(own);
        };
    assertThrows(
        CancellationException.class, () -> run(job(false, 2, "1", "2", "3"), program, new Crowd()));
    assertEquals(2, begun.size());
  }

  @Test
  void cancelledJobBeginsNoTest() {
    cancellation.cancel();
    assertThrows(
        CancellationException.class,
        () -> run(job(false, 1, "1"), TestsRunTest::play, Helpers.NONE));
    assertTrue(begun.isEmpty());
  }

  /** A job waits for the helper's worker: the helper leaves, the job's own worker goes on. */
  @Test
  void helperThatIsNeededElsewhereLeaves() {
    Crowd crowd = new Crowd();
    crowd.needed.set(true);
    assertEquals(
        List.of("ACCEPTED", "ACCEPTED"), run(job(false, 2, "1", "2"), TestsRunTest::play, crowd));
  }

  @Test
  void onlyTheFirstBytesOfAnOutputAreKept() {
    TestedJob job = job(false, 1, "1");
    TestResult result =
        new TestRun(job, TestsRunTest::play, EXACT)
            .run(job.suite().scoring().tests().get(0), LiveOutput.NONE, new Cancellation());
    assertEquals("ACCEPTED", result.verdict().name());
    RunResult kept = Objects.requireNonNull(result.result());
    assertEquals(2, kept.stdout().totalBytes());
    assertEquals("o", new String(kept.stdout().bytes(), StandardCharsets.UTF_8));
    assertTrue(kept.stdout().truncated());
  }

  @Test
  void runThatIsNotOkIsNotChecked() {
    TestedJob job = job(false, 1, "1");
    TestOutputCheck never =
        (test, output, own) -> {
          throw new AssertionError("checked");
        };
    TestResult result =
        new TestRun(job, (variant, live, own) -> Runs.ended(Verdict.OUTPUT_LIMIT), never)
            .run(job.suite().scoring().tests().get(0), LiveOutput.NONE, new Cancellation());
    assertEquals("OUTPUT_LIMIT", result.verdict().name());
    assertEquals(BigDecimal.ZERO, result.score());
  }

  /** It cannot be: a run with less than all of its output has OUTPUT_LIMIT. */
  @Test
  void truncatedOutputIsNeverJudged() {
    TestedJob job = job(false, 1, "1");
    RunResult ok = Runs.ok("ok");
    RunResult truncated =
        new RunResult(
            ok.verdict(),
            ok.exitCode(),
            ok.signal(),
            new Output("ok".getBytes(StandardCharsets.UTF_8), 3),
            ok.stderr(),
            ok.usage(),
            ok.evidence(),
            ok.degraded(),
            ok.files(),
            ok.fileErrors());
    TestRun run = new TestRun(job, (variant, live, own) -> truncated, EXACT);
    assertEquals(
        "a run within its output limit has 2 of 3 bytes of output",
        assertThrows(
                SandboxException.class,
                () ->
                    run.run(
                        job.suite().scoring().tests().get(0), LiveOutput.NONE, new Cancellation()))
            .getMessage());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(120, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CancellationException untilCancelled(Cancellation own) {
    while (!own.isCancelled()) {
      Thread.onSpinWait();
    }
    return new CancellationException();
  }
}
