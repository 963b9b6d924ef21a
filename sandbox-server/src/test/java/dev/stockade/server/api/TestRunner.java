package dev.stockade.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.server.job.AttendedJob;
import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobCancellation;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.TestedJob;
import dev.stockade.server.worker.JobContext;
import dev.stockade.server.worker.JobRunner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays the sandbox: the program's name says what becomes of it. Runs nothing. */
final class TestRunner implements JobRunner {
  private static final Evidence EVIDENCE = new Evidence(0, 0L, 0L, null, null, null, null, null);
  private static final Usage USAGE =
      new Usage(5_000_000L, 3_000_000L, 2_000_000L, 7_000_000L, null, null, 1, null, null);

  /** Every job that a worker has begun. */
  final BlockingQueue<JobRequest> started = new LinkedBlockingQueue<>();

  /** Lets that many programs called {@code block} end. */
  final Semaphore released = new Semaphore(0);

  final AtomicInteger cancelled = new AtomicInteger();

  /** The last word of each program called {@code block} that was cancelled. */
  final Set<String> cancelledWords = ConcurrentHashMap.newKeySet();

  volatile boolean sandboxBroken;

  @Override
  public FinishedJob run(JobRequest request, JobContext context) {
    if (request instanceof TestedJob tested) {
      return run(tested.program(), context); // how tests are run is not played here
    }
    if (request instanceof AttendedJob attended) {
      return run(attended.program(), context); // nor is how programs are attended
    }
    if (request instanceof LanguageJob job) {
      started.add(request);
      return runLanguage(job);
    }
    CommandJob job = (CommandJob) request;
    String program = new String(job.command().get(0), UTF_8);
    if (!program.equals("/bin/true")) {
      started.add(request);
    }
    return switch (program) {
      case "/bin/true" -> first();
      case "cat" -> FinishedJob.ran(result(Contents.bytes(job.input().stdin()), filesOf(job)));
      case "echo" -> FinishedJob.ran(result(joined(job.command()), Map.of()));
      case "flood" -> FinishedJob.ran(flood());
      case "block" -> block(lastWord(job), context.cancellation());
      case "stubborn" -> stubborn();
      case "fault" -> throw new SandboxException("mount(\"tmpfs\"): EPERM, step 14 of 37");
      case "bug" -> throw new IllegalStateException("a secret detail");
      case "unsupported" -> throw new HostUnsupportedException("memory", "no cgroup", "delegate");
      default -> throw new InvalidRequestException("command[0]", "is not in the sandbox");
    };
  }

  private FinishedJob first() {
    if (sandboxBroken) {
      throw new SandboxException("no user namespaces here");
    }
    return FinishedJob.ran(result(new byte[0], Map.of()));
  }

  private static FinishedJob runLanguage(LanguageJob job) {
    boolean broken = new String(job.source(), UTF_8).contains("#error");
    RunResult compile =
        new RunResult(
            broken ? Verdict.NONZERO_EXIT : Verdict.OK,
            broken ? 1 : 0,
            null,
            output(""),
            output(broken ? "1: #error" : ""),
            USAGE,
            EVIDENCE,
            List.of(),
            Map.of(),
            Map.of());
    if (broken) {
      return FinishedJob.notCompiled(compile, false);
    }
    RunResult run = result(Contents.bytes(job.input().stdin()), Map.of());
    return job.language().equals("cpp")
        ? new FinishedJob(compile, false, run)
        : FinishedJob.ran(run);
  }

  /** Whether a worker has begun a command with this last word. */
  boolean hasBegun(String word) {
    return started.stream()
        .anyMatch(job -> job instanceof CommandJob command && lastWord(command).equals(word));
  }

  private static String lastWord(CommandJob job) {
    return new String(job.command().get(job.command().size() - 1), UTF_8);
  }

  private FinishedJob block(String word, JobCancellation cancellation) {
    try {
      while (!released.tryAcquire(5, TimeUnit.MILLISECONDS)) {
        if (cancellation.isCancelled()) {
          cancelled.incrementAndGet();
          cancelledWords.add(word);
          throw new CancellationException();
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts workers", e);
    }
    return FinishedJob.ran(result("released".getBytes(UTF_8), Map.of()));
  }

  /** Cannot be cancelled. */
  private FinishedJob stubborn() {
    released.acquireUninterruptibly();
    return FinishedJob.ran(result(new byte[0], Map.of()));
  }

  private static Map<String, byte[]> filesOf(CommandJob job) {
    Map<String, byte[]> files = new HashMap<>();
    for (String name : job.input().outputFiles()) {
      if (job.input().files().containsKey(name)) {
        files.put(name, Contents.bytes(job.input().files().get(name).content()));
      }
    }
    return files;
  }

  private static byte[] joined(List<byte[]> command) {
    StringBuilder text = new StringBuilder();
    for (byte[] argument : command.subList(1, command.size())) {
      text.append('[').append(new String(argument, UTF_8)).append(']');
    }
    return text.toString().getBytes(UTF_8);
  }

  private static RunResult flood() {
    return new RunResult(
        Verdict.OUTPUT_LIMIT,
        null,
        9,
        new Output(new byte[1_000_000], 5_000_000_000L),
        output(""),
        USAGE,
        new Evidence(9, null, null, "output", null, null, null, null),
        List.of("cpu rate limit"),
        Map.of(),
        Map.of("missing", "does not exist"));
  }

  private static RunResult result(byte[] stdout, Map<String, byte[]> files) {
    return new RunResult(
        Verdict.OK,
        0,
        null,
        new Output(stdout, stdout.length),
        output(""),
        USAGE,
        EVIDENCE,
        List.of(),
        files,
        Map.of());
  }

  private static Output output(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new Output(bytes, bytes.length);
  }
}
