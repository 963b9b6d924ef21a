package dev.stockade.fuzz.model;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Random scenarios: small acts, then one that may be too much, then small ones again. Those that
 * take a second are rare.
 *
 * <p>Only what would go on for ever has little time: a machine that others use stands still for
 * seconds, in any scenario, and in the guest that is CPU time, too.
 */
final class Scenarios {
  private static final Act.Signal STOP = new Act.Signal(19);

  private Scenarios() {}

  static Arbitrary<Scenario> all() {
    return large().flatMap(Scenarios::around);
  }

  private static Arbitrary<Scenario> around(Act big) {
    return Combinators.combine(small(), small(), limits(big))
        .as(
            (before, after, limits) -> {
              List<Act> acts = new ArrayList<>(before);
              acts.add(big);
              acts.addAll(after);
              return new Scenario(
                  List.copyOf(acts),
                  limits.get(0),
                  limits.get(1),
                  limits.get(2),
                  limits.get(3),
                  limits.get(4));
            });
  }

  private static Arbitrary<List<Integer>> limits(Act big) {
    boolean burns = big instanceof Act.Burn;
    boolean waits = big instanceof Act.Sleep || big.equals(STOP);
    return Combinators.combine(
            Arbitraries.just(burns ? 1_000 : 20_000),
            Arbitraries.just(waits ? 4_000 : 60_000),
            Arbitraries.of(32, 64, 256),
            Arbitraries.of(1, 2, 5, 64),
            Arbitraries.of(1_000, 1 << 20))
        .as(List::of);
  }

  private static Arbitrary<List<Act>> small() {
    Arbitrary<Act> act =
        Arbitraries.oneOf(
            alloc(1, 2, 3),
            burn(1, 10, 30),
            Arbitraries.of(0, 1, 5).map(Act.Sleep::new),
            write(0, 1, 7, 255, 256, 900),
            Arbitraries.of(0, 1, 3, 10).map(Act.Fork::new),
            Arbitraries.create(Act.Orphan::new),
            Arbitraries.create(Act.Ignore::new),
            Arbitraries.of(17, 18, 23, 28, 20, 21, 22).map(Act.Signal::new));
    return act.list().ofMaxSize(4);
  }

  private static Arbitrary<Act> large() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.integers().between(0, 255).map(Act.Exit::new)),
        Tuple.of(
            6,
            Arbitraries.integers().between(1, 64).filter(Scenarios::isSent).map(Act.Signal::new)),
        Tuple.of(4, alloc(100, 600)),
        Tuple.of(4, write(1_000, 1_001, 5_000, 1 << 20, (1 << 20) + 1, 3_000_000)),
        Tuple.of(2, Arbitraries.of(63, 64, 100).map(Act.Fork::new)),
        Tuple.of(2, Arbitraries.create(Act.Mount::new)),
        Tuple.of(1, burn(4_000)),
        Tuple.of(1, Arbitraries.of(new Act.Sleep(200_000), STOP)));
  }

  /** 32 and 33 are the C library's own; SIGSTOP takes a second and has its place. */
  private static boolean isSent(int signal) {
    return signal != 32 && signal != 33 && signal != STOP.number();
  }

  private static Arbitrary<Act> alloc(Integer... mebibytes) {
    return Combinators.combine(Arbitraries.of(mebibytes), Arbitraries.of(true, false))
        .as(Act.Alloc::new);
  }

  private static Arbitrary<Act> burn(Integer... millis) {
    return Combinators.combine(Arbitraries.of(millis), Arbitraries.of(true, false))
        .as(Act.Burn::new);
  }

  private static Arbitrary<Act> write(Integer... bytes) {
    return Combinators.combine(Arbitraries.of(1, 2), Arbitraries.of(bytes)).as(Act.Write::new);
  }
}
