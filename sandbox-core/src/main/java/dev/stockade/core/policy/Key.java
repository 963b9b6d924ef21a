package dev.stockade.core.policy;

import dev.stockade.core.policy.Policy.Degraded;
import dev.stockade.core.policy.Policy.Network;
import dev.stockade.core.yaml.Syntax;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One single-valued key of a policy file.
 *
 * @param path dotted: {@code limits.memory} is key {@code memory} of the mapping {@code limits}
 * @param syntax how its value is written
 * @param of its value in a policy
 */
record Key<T>(String path, Syntax<T> syntax, Function<Policy, T> of) {
  static final Key<String> DESCRIPTION = new Key<>("description", Syntax.TEXT, Policy::description);
  static final Key<String> HOSTNAME = new Key<>("hostname", Syntax.TEXT, Policy::hostname);
  static final Key<Integer> UID = new Key<>("uid", Syntax.INT, Policy::uid);
  static final Key<Integer> GID = new Key<>("gid", Syntax.INT, Policy::gid);
  static final Key<Integer> UMASK = new Key<>("umask", PolicySyntax.MODE, Policy::umask);
  static final Key<Network> NETWORK =
      new Key<>("network", Syntax.choice(Network.class), Policy::network);
  static final Key<Degraded> DEGRADED =
      new Key<>("degraded", Syntax.choice(Degraded.class), Policy::degraded);

  static final Key<String> WORKSPACE_PATH =
      new Key<>("workspace.path", Syntax.TEXT, p -> p.workspace().path());
  static final Key<ByteSize> WORKSPACE_SIZE =
      new Key<>("workspace.size", PolicySyntax.SIZE, p -> p.workspace().size());
  static final Key<Long> WORKSPACE_INODES =
      new Key<>("workspace.inodes", Syntax.LONG, p -> p.workspace().inodes());
  static final Key<Boolean> WORKSPACE_EXEC =
      new Key<>("workspace.exec", Syntax.BOOLEAN, p -> p.workspace().exec());

  static final LimitKeys LIMITS = LimitKeys.under("limits", Policy::limits);
  static final LimitKeys CEILINGS = LimitKeys.under("ceilings", Policy::ceilings);

  static final Key<ByteSize> FILE_SIZE =
      new Key<>("rlimits.fileSize", PolicySyntax.SIZE, p -> p.rlimits().fileSize());
  static final Key<Integer> OPEN_FILES =
      new Key<>("rlimits.openFiles", Syntax.INT, p -> p.rlimits().openFiles());
  static final Key<ByteSize> STACK =
      new Key<>("rlimits.stack", PolicySyntax.SIZE, p -> p.rlimits().stack());
  static final Key<ByteSize> LOCKED_MEMORY =
      new Key<>("rlimits.lockedMemory", PolicySyntax.SIZE, p -> p.rlimits().lockedMemory());
  static final Key<ByteSize> MESSAGE_QUEUES =
      new Key<>("rlimits.messageQueues", PolicySyntax.SIZE, p -> p.rlimits().messageQueues());
  static final Key<Integer> PENDING_SIGNALS =
      new Key<>("rlimits.pendingSignals", Syntax.INT, p -> p.rlimits().pendingSignals());

  static final Key<String> SECCOMP_DEFAULT =
      new Key<>("seccomp.default", Syntax.TEXT, p -> p.seccomp().defaultErrno());

  /** Every single-valued key, in the order in which a policy is written. */
  static final List<Key<?>> ALL =
      List.of(
          DESCRIPTION,
          DEGRADED,
          HOSTNAME,
          UID,
          GID,
          UMASK,
          NETWORK,
          LIMITS.cpuTime(),
          LIMITS.wallTime(),
          LIMITS.memory(),
          LIMITS.pids(),
          LIMITS.output(),
          LIMITS.cpus(),
          CEILINGS.cpuTime(),
          CEILINGS.wallTime(),
          CEILINGS.memory(),
          CEILINGS.pids(),
          CEILINGS.output(),
          CEILINGS.cpus(),
          FILE_SIZE,
          OPEN_FILES,
          STACK,
          LOCKED_MEMORY,
          MESSAGE_QUEUES,
          PENDING_SIGNALS,
          WORKSPACE_PATH,
          WORKSPACE_SIZE,
          WORKSPACE_INODES,
          WORKSPACE_EXEC,
          SECCOMP_DEFAULT);

  /** The mapping that the key stands in, or {@code ""} for the file's top. */
  String section() {
    int dot = path.indexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  /** The key as written in its mapping. */
  String word() {
    return path.substring(path.indexOf('.') + 1);
  }

  /** By path; a record's own would be put together at each start, which takes it longer. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Key<?> key && path.equals(key.path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  String render(Policy policy) {
    return syntax.render().apply(of.apply(policy));
  }

  /** The six keys of {@code limits} or of {@code ceilings}. */
  record LimitKeys(
      Key<Duration> cpuTime,
      Key<Duration> wallTime,
      Key<ByteSize> memory,
      Key<Integer> pids,
      Key<ByteSize> output,
      Key<Double> cpus) {
    private static LimitKeys under(String section, Function<Policy, Limits> of) {
      return new LimitKeys(
          new Key<>(section + ".cpuTime", PolicySyntax.DURATION, of.andThen(Limits::cpuTime)),
          new Key<>(section + ".wallTime", PolicySyntax.DURATION, of.andThen(Limits::wallTime)),
          new Key<>(section + ".memory", PolicySyntax.SIZE, of.andThen(Limits::memory)),
          new Key<>(section + ".pids", Syntax.INT, of.andThen(Limits::pids)),
          new Key<>(section + ".output", PolicySyntax.SIZE, of.andThen(Limits::output)),
          new Key<>(section + ".cpus", Syntax.DECIMAL, of.andThen(Limits::cpus)));
    }
  }
}
