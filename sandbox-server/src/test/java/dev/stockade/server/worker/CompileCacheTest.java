package dev.stockade.server.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.job.Language;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompileCacheTest {
  private final CompileCache cache = CompileCache.ofSize(ByteSize.ofMebibytes(1));
  private final CompileKey key = new CompileKey("one");
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger compilations = new AtomicInteger();

  /** A compiler that takes until it is released. */
  private final Semaphore release = new Semaphore(0);

  private final CountDownLatch compiling = new CountDownLatch(1);

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void aThousandSubmissionsOfOneTemplateCompileOnce() throws Exception {
    List<Future<CompileCache.Compiled>> all = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      all.add(threads.submit(() -> cache.get(key, new Cancellation(), this::slowly)));
    }
    compiling.await();
    release.release();
    int compiled = 0;
    for (Future<CompileCache.Compiled> one : all) {
      compiled += one.get().cached() ? 0 : 1;
      assertArrayEquals(new byte[] {7}, one.get().result().files().get("program"));
    }
    assertEquals(1, compilations.get());
    assertEquals(1, compiled, "jobs that say that they compiled");
  }

  @Test
  void theCompilersWordAgainstASourceIsKept() {
    assertFalse(get(result(Verdict.NONZERO_EXIT, 0)).cached());
    CompileCache.Compiled second = get(result(Verdict.OK, 0));
    assertTrue(second.cached());
    assertEquals(Verdict.NONZERO_EXIT, second.result().verdict());
  }

  @Test
  void whatMetALimitIsNotKept() {
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.OK && verdict != Verdict.NONZERO_EXIT) {
        assertFalse(get(result(verdict, 0)).cached(), verdict::name);
      }
    }
    get(result(Verdict.NONZERO_EXIT, 3));
    assertEquals(0, cache.entries());
  }

  @Test
  void aFaultOfOursIsNotKept() {
    assertThrows(
        SandboxException.class,
        () ->
            cache.get(
                key,
                new Cancellation(),
                cancellation -> {
                  throw new SandboxException("no memory");
                }));
    assertFalse(get(result(Verdict.OK, 0)).cached());
    assertTrue(get(result(Verdict.OK, 0)).cached());
  }

  @Test
  void aFaultOfOursIsNotSharedEither() throws Exception {
    Future<CompileCache.Compiled> first =
        threads.submit(
            () ->
                cache.get(
                    key,
                    new Cancellation(),
                    cancellation -> {
                      compiling.countDown();
                      release.acquireUninterruptibly();
                      throw new SandboxException("no memory");
                    }));
    compiling.await();
    Future<CompileCache.Compiled> second =
        threads.submit(() -> cache.get(key, new Cancellation(), shared -> result(Verdict.OK, 0)));
    release.release();
    assertInstanceOf(
        SandboxException.class, assertThrows(ExecutionException.class, first::get).getCause());
    assertEquals(Verdict.OK, second.get().result().verdict());
  }

  @Test
  void aJobThatIsCancelledLeavesTheOthersTheirCompilation() throws Exception {
    Cancellation leader = new Cancellation();
    Cancellation waiter = new Cancellation();
    Future<CompileCache.Compiled> first =
        threads.submit(() -> cache.get(key, leader, this::slowly));
    compiling.await();
    Future<CompileCache.Compiled> second =
        threads.submit(() -> cache.get(key, waiter, this::slowly));
    Future<CompileCache.Compiled> third =
        threads.submit(() -> cache.get(key, new Cancellation(), this::slowly));
    while (cache.waitingFor(key) < 3) {
      Thread.onSpinWait();
    }
    waiter.cancel();
    assertInstanceOf(
        CancellationException.class,
        assertThrows(ExecutionException.class, second::get).getCause());
    leader.cancel();
    release.release(3);
    assertInstanceOf(
        CancellationException.class, assertThrows(ExecutionException.class, first::get).getCause());
    assertTrue(third.get().cached());
    assertEquals(1, compilations.get());
  }

  @Test
  void aCompilationThatNobodyWaitsForIsEnded() throws Exception {
    Cancellation only = new Cancellation();
    Future<CompileCache.Compiled> job =
        threads.submit(() -> cache.get(key, only, this::untilCancelled));
    compiling.await();
    only.cancel();
    assertInstanceOf(
        CancellationException.class, assertThrows(ExecutionException.class, job::get).getCause());
    assertEquals(0, cache.entries());
  }

  @Test
  void itIsBounded() {
    for (int i = 0; i < 1000; i++) {
      cache.get(new CompileKey("" + i), new Cancellation(), cancellation -> result(Verdict.OK, 0));
    }
    assertTrue(cache.entries() <= 256, () -> cache.entries() + " of 4 KiB each in 1 MiB");
  }

  @Test
  void offCompilesForEachJob() {
    CompileCache off = CompileCache.ofSize(ByteSize.ofBytes(0));
    for (int i = 0; i < 2; i++) {
      assertFalse(off.get(key, new Cancellation(), shared -> result(Verdict.OK, 0)).cached());
    }
    assertEquals(0, off.entries());
  }

  @Test
  void everythingThatCountsIsInTheKey() {
    Set<CompileKey> keys = new HashSet<>();
    List<CompileKey> all =
        List.of(
            keyOf("gcc 12", "c", request("gcc", "-O2").file("a", "x")),
            keyOf("gcc 13", "c", request("gcc", "-O2").file("a", "x")),
            keyOf("gcc 12", "d", request("gcc", "-O2").file("a", "x")),
            keyOf("gcc 12", "c", request("gcc", "-O3").file("a", "x")),
            keyOf("gcc 12", "c", request("gcc", "-O", "2").file("a", "x")),
            keyOf("gcc 12", "c", request("gcc", "-O2").file("b", "x")),
            keyOf("gcc 12", "c", request("gcc", "-O2").file("a", "y")),
            keyOf("gcc 12", "c", request("gcc", "-O2").executable("a", "x".getBytes(UTF_8))),
            keyOf("gcc 12", "c", request("gcc", "-O2").file("a", "x").environment("E", "1")),
            keyOf("gcc 12", "c", request("gcc", "-O2").file("a", "x").stdin("1")),
            keyOf("gcc 12", "c", request("gcc", "-O2").file("a", "x").outputFile("o")),
            // what lies side by side does not flow together
            keyOf("gcc 12", "c", request("gcc", "-O2").file("a", "").file("x", "")),
            keyOf("gcc 12", "c", request("gcc", "-O2").file("ax", "")),
            keyOf("gcc 12", "c", request("gcc", "-O2a").file("x", "")));
    keys.addAll(all);
    assertEquals(all.size(), keys.size());
    assertEquals(all.get(0), keyOf("gcc 12", "c", request("gcc", "-O2").file("a", "x")));
    assertNotEquals(all.get(0), all.get(1));
    assertEquals(64, all.get(0).digest().length());
  }

  private static RunRequest.Builder request(String... command) {
    return RunRequest.command(command);
  }

  private static CompileKey keyOf(String compiler, String policy, RunRequest.Builder request) {
    return CompileKey.of(compiler, new Language.Step(policy, request.build()));
  }

  private CompileCache.Compiled get(RunResult result) {
    return cache.get(key, new Cancellation(), cancellation -> result);
  }

  private RunResult slowly(Cancellation cancellation) {
    compilations.incrementAndGet();
    compiling.countDown();
    release.acquireUninterruptibly();
    return result(Verdict.OK, 0);
  }

  private RunResult untilCancelled(Cancellation cancellation) {
    Semaphore ended = new Semaphore(0);
    cancellation.whenCancelled(ended::release);
    compiling.countDown();
    ended.acquireUninterruptibly();
    throw new CancellationException("ended");
  }

  private static RunResult result(Verdict verdict, long pidsLimitHits) {
    return new RunResult(
        verdict,
        null,
        null,
        new Output(new byte[0], 0),
        new Output(new byte[0], 0),
        new Usage(null, null, null, 1, null, null, null, null, null),
        new Evidence(null, null, pidsLimitHits, null, null, null, null, null),
        List.of(),
        Map.of("program", new byte[] {7}),
        Map.of());
  }
}
