package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.LiveRun.Stream;
import dev.stockade.core.policy.LimitOverrides;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** One who attends a run; takes output at once, or never. */
class Attendant implements LiveRun.Listener {
  final LiveRun live;
  final Cancellation cancellation = new Cancellation();
  final Semaphore room = new Semaphore(0);
  private final AttendedRuns runs;
  private final boolean takes;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

  Attendant(AttendedRuns runs, Function<LiveRun.Listener, LiveRun> live, boolean takes) {
    this.runs = runs;
    this.takes = takes;
    this.live = live.apply(this);
  }

  @Override
  public synchronized void wrote(Stream stream, byte[] bytes) {
    (stream == Stream.STDOUT ? stdout : stderr).writeBytes(bytes);
    notifyAll();
    if (takes) {
      live.taken(bytes.length);
    }
  }

  @Override
  public void wantsInput() {
    room.release();
  }

  void say(String text) {
    live.write(text.getBytes(StandardCharsets.UTF_8));
  }

  synchronized byte[] bytes() {
    return stdout.toByteArray();
  }

  synchronized String output() {
    return stdout.toString(StandardCharsets.UTF_8);
  }

  synchronized String errors() {
    return stderr.toString(StandardCharsets.UTF_8);
  }

  /** Waits until standard output is one of these texts so far. */
  synchronized void hear(String... oneOf) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!List.of(oneOf).contains(output())) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      assertTrue(left > 0, () -> "heard: " + output());
      wait(left);
    }
  }

  synchronized void hearAtLeast(int bytes) throws InterruptedException {
    while (stdout.size() < bytes) {
      wait();
    }
  }

  Future<RunResult> begin(RunRequest.Builder request) {
    return begin(request, AttendedRuns.LONG);
  }

  Future<RunResult> begin(RunRequest.Builder request, LimitOverrides limits) {
    return runs.begin(request.limits(limits).build().attendedBy(live), cancellation);
  }
}
