package dev.stockade.fuzz.mutation;

import dev.stockade.core.AlteredSandbox;
import dev.stockade.core.Cancellation;
import dev.stockade.core.LiveRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policy;
import dev.stockade.core.run.Alteration;
import dev.stockade.fuzz.CompiledFilters;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One altered sandbox of one slot without spares, and its processes as the host sees them. */
final class Bench implements AutoCloseable {
  /** Longer than the probe takes anywhere. */
  private static final LimitOverrides WALL =
      new LimitOverrides(null, Duration.ofSeconds(60), null, null, null, null);

  private final Policy policy;
  private final boolean hasTerminal;
  private final Sandbox sandbox;
  private final HostProcess zygote;

  /** Children of this process that were there before. */
  private final Set<Long> before;

  private Bench(
      Policy policy, boolean hasTerminal, Sandbox sandbox, HostProcess zygote, Set<Long> before) {
    this.before = before;
    this.hasTerminal = hasTerminal;
    this.policy = policy;
    this.sandbox = sandbox;
    this.zygote = zygote;
  }

  /** Opens a sandbox of {@link Samples}; its first init is ready when this returns. */
  static Bench open(String sample, Alteration alteration) {
    Policy policy = Samples.policy(sample);
    Set<Long> before = HostProcess.childrenOf(Sys.pid());
    Sandbox sandbox =
        AlteredSandbox.open(
            policy,
            Samples.options(sample),
            CompiledFilters.known(policy, Samples.isPinned(sample), alteration));
    Set<Long> ours = new TreeSet<>(HostProcess.childrenOf(Sys.pid()));
    ours.removeAll(before);
    ours.removeIf(Bench::isInit);
    if (ours.size() != 1) {
      sandbox.close();
      throw new IllegalStateException("which of these is the zygote: " + ours);
    }
    return new Bench(
        policy,
        Samples.hasTerminal(sample),
        sandbox,
        new HostProcess(ours.iterator().next()),
        before);
  }

  Policy policy() {
    return policy;
  }

  boolean hasTerminal() {
    return hasTerminal;
  }

  HostProcess zygote() {
    return zygote;
  }

  /** The only init, which waits or has a program. */
  HostProcess init() {
    Set<Long> inits = new TreeSet<>(HostProcess.childrenOf(Sys.pid()));
    inits.removeAll(before);
    inits.removeIf(pid -> !isInit(pid));
    if (inits.size() != 1) {
      throw new IllegalStateException("which of these is the init: " + inits);
    }
    return new HostProcess(inits.iterator().next());
  }

  /** Whether it has a pid in a namespace below ours. */
  private static boolean isInit(long pid) {
    return new HostProcess(pid).status().getOrDefault("NSpid", "").contains("	");
  }

  RunResult run(RunRequest request) {
    return run(request, new Cancellation());
  }

  private RunResult run(RunRequest request, Cancellation cancellation) {
    return sandbox.run(
        hasTerminal ? request.attendedBy(LiveRun.onTerminal(24, 80)) : request, cancellation);
  }

  /** What a program has written, also where a terminal has ended its lines. */
  private static String text(byte[] written) {
    return new String(written, StandardCharsets.UTF_8).replace("\r\n", "\n");
  }

  /** The standard output of the probe, which must end by itself with status 0. */
  String probe(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "./probe";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    RunResult result =
        run(RunRequest.command(command).executable("probe", Probe.program()).build());
    String text = text(result.stdout().bytes());
    return result.exitCode() != null && result.exitCode() == 0
        ? text
        : text + "the probe ended with " + result.verdict() + " " + result.evidence();
  }

  /**
   * Runs the probe until it has said everything, looks at it while it waits, and ends it.
   *
   * @param look gets what the probe said, and the program's process
   * @return how the run ended instead, or {@code null}
   */
  @Nullable String watch(BiConsumer<Seen, HostProcess> look) throws InterruptedException {
    CountDownLatch said = new CountDownLatch(1);
    Listener listener = new Listener(said);
    Cancellation cancellation = new Cancellation();
    RunRequest request =
        RunRequest.command("./probe", "state")
            .executable("probe", Probe.program())
            .stdoutTo(listener)
            .limits(WALL)
            .build();
    FutureTask<RunResult> run = new FutureTask<>(() -> run(request, cancellation));
    Thread thread =
        new Thread(
            () -> {
              run.run();
              said.countDown();
            },
            "probe");
    thread.start();
    said.await();
    try {
      if (!run.isDone()) {
        Set<Long> programs = HostProcess.childrenOf(init().pid());
        if (programs.size() != 1) {
          return "init has not one child but " + programs;
        }
        look.accept(new Seen(listener.text()), new HostProcess(programs.iterator().next()));
      }
    } finally {
      cancellation.cancel();
      thread.join();
    }
    try {
      RunResult result = run.get();
      return "the probe ended with " + result.verdict() + " " + result.evidence();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CancellationException) {
        return null;
      }
      return String.valueOf(e.getCause());
    }
  }

  /**
   * Does something that uses the sandbox; ends what was made for the sandbox when it takes too
   * long.
   *
   * @return that it hung, or {@code null}
   */
  @Nullable String within(int seconds, Runnable action) throws InterruptedException {
    FutureTask<?> task = new FutureTask<>(action, null);
    Thread thread = new Thread(task, "within");
    thread.start();
    thread.join(seconds * 1000L);
    boolean hangs = thread.isAlive();
    while (thread.isAlive()) {
      Set<Long> ours = new TreeSet<>(HostProcess.childrenOf(Sys.pid()));
      ours.removeAll(before);
      ours.forEach(pid -> Sys.kill((int) (long) pid, Constants.SIGKILL));
      thread.join(100);
    }
    if (hangs) {
      return "it hangs for " + seconds + " s";
    }
    try {
      task.get();
      return null;
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause());
    }
  }

  /** Notices the probe's last line. */
  private static final class Listener extends OutputStream {
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final CountDownLatch said;

    Listener(CountDownLatch said) {
      this.said = said;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      heard.write(bytes, offset, length);
      if (text().endsWith(Seen.END + "\n")) {
        said.countDown();
      }
    }

    synchronized String text() {
      return Bench.text(heard.toByteArray());
    }
  }

  @Override
  public void close() {
    sandbox.close();
  }
}
