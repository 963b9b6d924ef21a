package dev.stockade.core.policy;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.policy.Policy.Bind;
import dev.stockade.core.policy.Policy.Degraded;
import dev.stockade.core.policy.Policy.Network;
import dev.stockade.core.policy.Policy.Rlimits;
import dev.stockade.core.policy.Policy.Tmpfs;
import dev.stockade.core.policy.SeccompRules.Action;
import dev.stockade.core.policy.SeccompRules.Allow;
import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import dev.stockade.core.policy.SeccompRules.Comparison;
import dev.stockade.core.policy.SeccompRules.Kill;
import dev.stockade.core.policy.SeccompRules.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.StringArbitrary;

/** Policies as odd as the rules let them be. */
final class PolicyArbitraries {
  private static final String NAME = "odd";

  /** Calls about which no rule of {@link Checks} has an opinion. */
  private static final List<String> CALLS =
      List.of("read", "shmget", "shmat", "shmdt", "semget", "semop", "msgget", "flock", "getcpu");

  private PolicyArbitraries() {}

  static Arbitrary<Policy> policies() {
    return Combinators.combine(
            identities(), places(), environments(), limits(), rlimits(), seccomp())
        .as(PolicyArbitraries::policy);
  }

  private record Identity(String description, String hostname, int uid, int gid, int umask) {}

  private record Places(List<Bind> binds, Tmpfs workspace, List<Tmpfs> tmpfs) {}

  private record LimitsAndCeilings(Limits limits, Limits ceilings) {}

  private static Policy policy(
      Identity identity,
      Places places,
      Map<String, String> environment,
      LimitsAndCeilings limits,
      Rlimits rlimits,
      SeccompRules seccomp) {
    boolean odd = identity.uid() % 2 == 1;
    return new Policy(
        NAME,
        identity.description(),
        identity.hostname(),
        identity.uid(),
        identity.gid(),
        places.binds(),
        places.workspace(),
        places.tmpfs(),
        environment,
        identity.umask(),
        odd ? Network.LOOPBACK : Network.NONE,
        limits.limits(),
        limits.ceilings(),
        rlimits,
        seccomp,
        odd ? Degraded.ALLOW : Degraded.REFUSE);
  }

  private static Arbitrary<Identity> identities() {
    return Combinators.combine(
            odd(text(1, 60), "null", "~", "- x", "a: b", "# no", "!replace", "{", "'")
                .filter(s -> s.matches("\\P{Cntrl}{1,200}") && !s.isBlank()),
            Arbitraries.strings().withCharRange('a', 'z').numeric().ofMinLength(1).ofMaxLength(63),
            Arbitraries.integers().between(1, Integer.MAX_VALUE),
            Arbitraries.integers().between(1, Integer.MAX_VALUE),
            Arbitraries.integers().between(0, 0077))
        .as(Identity::new);
  }

  private static Arbitrary<Places> places() {
    Arbitrary<String> part = text(0, 12).map(s -> s.replace("/", "").replace("\0", ""));
    return Combinators.combine(
            part.list().ofMaxSize(6),
            part.list().ofMaxSize(4),
            sizes(ByteSize.ofKibibytes(4), ByteSize.ofMebibytes(512)),
            Arbitraries.longs().between(2, Integer.MAX_VALUE),
            Arbitraries.of(true, false))
        .as(PolicyArbitraries::places);
  }

  /** Numbers keep the paths apart. */
  private static Places places(
      List<String> bound, List<String> writable, ByteSize size, long inodes, boolean exec) {
    List<Bind> binds = new ArrayList<>();
    for (int i = 0; i < bound.size(); i++) {
      String target = "/b" + i + bound.get(i) + "/x";
      binds.add(new Bind(i % 2 == 0 ? target : "/opt/" + i + bound.get(i), target, i % 3 == 0));
    }
    List<Tmpfs> tmpfs = new ArrayList<>();
    for (int i = 0; i < writable.size(); i++) {
      tmpfs.add(new Tmpfs("/w" + i + writable.get(i), size, inodes, i % 2 == 0));
    }
    return new Places(binds, new Tmpfs("/box", size, inodes, exec), tmpfs);
  }

  private static Arbitrary<Map<String, String>> environments() {
    Arbitrary<String> names =
        odd(text(1, 20), "null", "~", "<<", "? x", "-", "a: b", "yes", "1e3")
            .map(s -> s.replace("=", "").replace("\0", ""))
            .filter(s -> !s.isEmpty());
    Arbitrary<String> values =
        odd(text(0, 40), "", " ", "null", "~", "...", "---", "\n", "\u2028", "é🦀")
            .map(s -> s.replace("\0", ""));
    return Arbitraries.maps(names, values).ofMaxSize(8);
  }

  private static Arbitrary<LimitsAndCeilings> limits() {
    Arbitrary<Double> cpus = Arbitraries.integers().between(1, 800_000).map(n -> n / 100.0);
    Arbitrary<Limits> ceilings =
        Combinators.combine(
                Arbitraries.longs().between(1_000_000_000L, Duration.ofHours(24).toNanos()),
                sizes(ByteSize.ofMebibytes(512), ByteSize.ofBytes(Long.MAX_VALUE)),
                Arbitraries.integers().between(1, 4_194_304),
                sizes(ByteSize.ofBytes(0), ByteSize.ofMebibytes(1024)),
                cpus)
            .as(
                (nanos, memory, pids, output, rate) ->
                    new Limits(
                        cpuTime(nanos, rate), Duration.ofNanos(nanos), memory, pids, output, rate));
    return ceilings.map(most -> new LimitsAndCeilings(atMost(most), most));
  }

  /** A CPU time that the wall time, which is 1 s or more, leaves room for. */
  private static Duration cpuTime(long wallNanos, double cpus) {
    return Duration.ofNanos((long) (wallNanos * Math.min(cpus, 1) / 2));
  }

  private static Limits atMost(Limits most) {
    return new Limits(
        most.cpuTime(),
        most.wallTime(),
        ByteSize.ofMebibytes(1 + most.memory().bytes() % 511),
        1 + most.pids() / 2,
        ByteSize.ofBytes(most.output().bytes() / 3),
        most.cpus());
  }

  private static Arbitrary<Rlimits> rlimits() {
    ByteSize none = ByteSize.ofBytes(0);
    ByteSize most = ByteSize.ofMebibytes(512);
    return Combinators.combine(
            sizes(none, ByteSize.ofBytes(Long.MAX_VALUE)),
            Arbitraries.integers().between(16, 1_048_576),
            sizes(ByteSize.ofKibibytes(128), most),
            sizes(none, most),
            sizes(none, most),
            Arbitraries.integers().between(0, Integer.MAX_VALUE))
        .as(Rlimits::new);
  }

  private static Arbitrary<SeccompRules> seccomp() {
    Arbitrary<String> errnos = Arbitraries.of(Errno.values()).map(Enum::name);
    Arbitrary<List<ArgumentCondition>> when = conditions().list().ofMaxSize(3);
    Arbitrary<Action> actions =
        Arbitraries.oneOf(
            Arbitraries.of(new Allow(), new Kill()), errnos.map(SeccompRules.Errno::new));
    Arbitrary<List<String>> calls =
        Arbitraries.shuffle(CALLS)
            .flatMap(all -> Arbitraries.integers().between(1, 9).map(n -> all.subList(0, n)));
    Arbitrary<Rule> rule = Combinators.combine(actions, calls, when).as(Rule::new);
    return Combinators.combine(errnos, rule.list().ofMaxSize(6)).as(PolicyArbitraries::seccomp);
  }

  /** One rule for a call: which of two wins is the business of other tests. */
  private static SeccompRules seccomp(String defaultErrno, List<Rule> random) {
    List<Rule> rules = new ArrayList<>();
    rules.add(new Rule(new Allow(), List.of("execve", "exit_group"), List.of()));
    rules.add(
        new Rule(
            new Allow(),
            List.of("socket"),
            List.of(new ArgumentCondition(0, -1, Comparison.EQUAL, 2))));
    List<String> left = new ArrayList<>(CALLS);
    for (Rule rule : random) {
      List<String> own = rule.calls().stream().filter(left::remove).toList();
      if (!own.isEmpty()) {
        rules.add(new Rule(rule.action(), own, rule.when()));
      }
    }
    return new SeccompRules(defaultErrno, rules);
  }

  private static Arbitrary<ArgumentCondition> conditions() {
    Arbitrary<Integer> index = Arbitraries.integers().between(0, 5);
    Arbitrary<Long> words = Arbitraries.longs().filter(w -> w != 0 && w != -1);
    Arbitrary<ArgumentCondition> masked =
        Combinators.combine(index, words, Arbitraries.longs())
            .as((i, mask, w) -> new ArgumentCondition(i, mask, Comparison.EQUAL, w & mask));
    Arbitrary<ArgumentCondition> whole =
        Combinators.combine(index, Arbitraries.of(Comparison.values()), words)
            .as((i, comparison, w) -> new ArgumentCondition(i, -1, comparison, w));
    return Arbitraries.oneOf(masked, whole);
  }

  private static Arbitrary<ByteSize> sizes(ByteSize least, ByteSize most) {
    return Arbitraries.longs().between(least.bytes(), most.bytes()).map(ByteSize::ofBytes);
  }

  /** One in three is of those on which a YAML writer stumbles. */
  private static Arbitrary<String> odd(Arbitrary<String> usual, String... stumbles) {
    return Arbitraries.frequencyOf(Tuple.of(2, usual), Tuple.of(1, Arbitraries.of(stumbles)));
  }

  /** Any Unicode, whole surrogate pairs only. */
  private static Arbitrary<String> text(int least, int most) {
    StringArbitrary any = Arbitraries.strings().all().ofMinLength(least).ofMaxLength(most);
    StringArbitrary plain = Arbitraries.strings().ascii().ofMinLength(least).ofMaxLength(most);
    return Arbitraries.oneOf(plain, any.filter(PolicyArbitraries::wellFormed));
  }

  private static boolean wellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
