package dev.stockade.server.worker;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.stockade.core.Cancellation;
import dev.stockade.core.RunResult;
import dev.stockade.core.policy.ByteSize;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What compilers made, by the content of the compilation: the same source compiled by the same
 * compiler under the same policy is compiled once, also when it comes several times at one time.
 * Thread-safe.
 *
 * <p>What is kept is what a sandbox gave back in which nothing but that compilation ran, in memory
 * of the server, which no job can write to; each job gets a copy in its own workspace. The key is a
 * digest of all that went into the compilation, so a job finds only what its own source compiles
 * to. Kept is what depends on that alone: a program, or what the compiler said against the source.
 * Not kept: faults of ours, and compilations that met a limit, a signal or the filter.
 */
public final class CompileCache {
  /** What an entry costs besides its bytes; bounds how many there are. */
  private static final int OVERHEAD_BYTES = 4096;

  private final @Nullable Cache<CompileKey, RunResult> kept;
  private final Map<CompileKey, Flight> flights = new HashMap<>();

  /**
   * A compiler's run.
   *
   * @param cached whether it took place for another job
   */
  record Compiled(RunResult result, boolean cached) {}

  private CompileCache(@Nullable Cache<CompileKey, RunResult> kept) {
    this.kept = kept;
  }

  /** Keeps nothing, and compiles for each job anew. */
  public static CompileCache off() {
    return new CompileCache(null);
  }

  /** Keeps so many bytes at most, of which each entry takes 4 KiB more than it has; 0 is off. */
  public static CompileCache ofSize(ByteSize size) {
    if (size.bytes() == 0) {
      return off();
    }
    return new CompileCache(
        Caffeine.newBuilder()
            .maximumWeight(size.bytes())
            .weigher((CompileKey key, RunResult result) -> weight(result))
            .executor(Runnable::run)
            .build());
  }

  /**
   * What was compiled before, or is being compiled now, or else the answer of the compiler.
   *
   * @param compile runs the compiler, until it is cancelled
   * @throws CancellationException when the job was cancelled
   */
  Compiled get(
      CompileKey key, Cancellation cancellation, Function<Cancellation, RunResult> compile) {
    if (kept == null) {
      return new Compiled(compile.apply(cancellation), false);
    }
    while (true) {
      Flight flight;
      boolean leads;
      synchronized (flights) {
        RunResult found = kept.getIfPresent(key);
        if (found != null) {
          return new Compiled(found, true);
        }
        leads = !flights.containsKey(key);
        flight = flights.computeIfAbsent(key, missing -> new Flight());
        flight.join();
      }
      cancellation.whenCancelled(() -> leave(key, flight));
      try {
        if (leads) {
          RunResult result = lead(key, flight, compile);
          throwIf(cancellation);
          return new Compiled(result, false);
        }
        RunResult result = flight.await(cancellation);
        throwIf(cancellation);
        if (result != null) {
          return new Compiled(result, true);
        }
        // Whoever compiled it failed for a reason of its own: it is our turn.
      } finally {
        cancellation.over();
      }
    }
  }

  private static void throwIf(Cancellation cancellation) {
    if (cancellation.isCancelled()) {
      throw new CancellationException("cancelled while its source was compiled");
    }
  }

  /** Compiles on this thread, for all that wait, whether or not its own job still wants it. */
  private RunResult lead(CompileKey key, Flight flight, Function<Cancellation, RunResult> compile) {
    RunResult result = null;
    try {
      result = compile.apply(flight.cancellation());
      return result;
    } finally {
      synchronized (flights) {
        if (result != null && kept != null && isOfTheSourceAlone(result)) {
          kept.put(key, result);
        }
        flights.remove(key, flight);
      }
      flight.land(result != null && isOfTheSourceAlone(result) ? result : null);
    }
  }

  /** Somebody no longer waits; when nobody does, the compilation is ended. */
  private void leave(CompileKey key, Flight flight) {
    boolean abandoned;
    synchronized (flights) {
      abandoned = flight.leave();
      if (abandoned) {
        flights.remove(key, flight);
      }
    }
    if (abandoned) {
      flight.cancellation().cancel();
    }
  }

  /** Whether every compilation of this source would end like this. */
  private static boolean isOfTheSourceAlone(RunResult result) {
    return switch (result.verdict()) {
      case OK -> result.fileErrors().isEmpty();
      case NONZERO_EXIT -> zeroOrUnknown(result.evidence().pidsLimitHits());
      default -> false;
    };
  }

  private static boolean zeroOrUnknown(@Nullable Long count) {
    return count == null || count == 0;
  }

  private static int weight(RunResult result) {
    long bytes =
        OVERHEAD_BYTES + (long) result.stdout().bytes().length + result.stderr().bytes().length;
    for (byte[] content : result.files().values()) {
      bytes += content.length;
    }
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }

  /** How many jobs wait for a compilation that is under way, for tests. */
  int waitingFor(CompileKey key) {
    synchronized (flights) {
      Flight flight = flights.get(key);
      return flight == null ? 0 : flight.waiting();
    }
  }

  /** How many entries are kept, for tests. */
  long entries() {
    if (kept == null) {
      return 0;
    }
    kept.cleanUp();
    return kept.estimatedSize();
  }
}
