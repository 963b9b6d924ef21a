package dev.stockade.server.files;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.files.FileRefusedException.Reason;
import dev.stockade.server.job.FilesGoneException;
import dev.stockade.server.job.StoredFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stored files that several servers share: each is kept in one place for all of them, and copied to
 * this host for what uses it here.
 *
 * <p>Which files unfinished jobs need is known where they are kept; {@link #hold} is about copies.
 * A copy has the hash that was asked for, or there is none.
 */
public final class SharedFiles implements FileStore {
  /** How long it is known what was looked up. */
  private static final Duration KNOWN = FileLimits.SHORTEST_KEEP;

  private static final int LOCKS = 64;

  private final FileOrigin origin;
  private final LocalFiles copies;
  private final FileLimits limits;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** Held while a file is copied here, one for many hashes. */
  private final List<Object> locks = Stream.generate(Object::new).limit(LOCKS).toList();

  private @Nullable Sweeper sweeper;

  private record Known(long bytes, long sinceNanos) {
    boolean isOld() {
      return System.nanoTime() - sinceNanos > KNOWN.toNanos();
    }
  }

  SharedFiles(FileOrigin origin, LocalFiles copies, FileLimits limits) {
    this.origin = origin;
    this.copies = copies;
    this.limits = limits;
  }

  /**
   * Opens files that are shared.
   *
   * @param folder in which a temporary one is made for copies
   * @throws java.io.UncheckedIOException when there is no place for copies
   */
  public static SharedFiles open(FileOrigin origin, Path folder, FileLimits limits) {
    return new SharedFiles(origin, LocalFiles.ofCopies(folder, limits), limits);
  }

  @Override
  public boolean areShared() {
    return true;
  }

  @Override
  public void lookUp(Set<String> sha256s) {
    if (sha256s.isEmpty()) {
      return;
    }
    Map<String, Long> found = origin.use(sha256s);
    long now = System.nanoTime();
    for (String sha256 : sha256s) {
      Long bytes = found.get(sha256);
      if (bytes == null) {
        known.remove(sha256);
      } else {
        known.put(sha256, new Known(bytes, now));
      }
    }
  }

  @Override
  public Optional<StoredFile> find(String sha256) {
    Known found = known.get(sha256);
    return found == null || found.isOld()
        ? Optional.empty()
        : Optional.of(copies.file(sha256, found.bytes()));
  }

  @Override
  public Hold hold(Set<String> sha256s) {
    return copies.hold(sha256s);
  }

  /**
   * As the interface says.
   *
   * @throws FileRefusedException when there is no room for copies until others have let go of
   *     theirs
   */
  @Override
  public Hold bring(Set<String> sha256s) {
    List<Hold> holds = new ArrayList<>();
    try {
      sha256s.forEach(sha256 -> holds.add(bring(sha256)));
    } catch (RuntimeException e) {
      holds.forEach(Hold::close);
      if (e instanceof FileRefusedException refused && refused.reason() == Reason.FULL) {
        requireBelowLimit(sha256s);
      }
      throw e;
    }
    return new Hold() {
      @Override
      public Set<String> missing() {
        return Set.of();
      }

      @Override
      public void close() {
        holds.forEach(Hold::close);
      }
    };
  }

  /** To wait until there is room would be in vain where there is never enough. */
  private void requireBelowLimit(Set<String> sha256s) {
    long bytes = origin.use(sha256s).values().stream().mapToLong(Long::longValue).sum();
    if (bytes > limits.total().bytes()) {
      throw new SandboxException(
          "the job's stored files have "
              + ByteSize.ofBytes(bytes)
              + ", more than the copies on this server may have: "
              + limits.total());
    }
  }

  private Hold bring(String sha256) {
    synchronized (locks.get(Math.floorMod(sha256.hashCode(), LOCKS))) {
      Hold here = copies.hold(Set.of(sha256));
      if (here.missing().isEmpty()) {
        return here;
      }
      try (Upload copy = copies.beginCopy(sha256)) {
        if (!origin.read(sha256, copy::write)) {
          known.remove(sha256);
          throw new FilesGoneException(Set.of(sha256));
        }
        return copy.commitHeld();
      } catch (FileRefusedException e) {
        if (e.reason() == Reason.OTHER_HASH) {
          throw new SandboxException(
              "the stored file " + sha256 + " is damaged where it is kept: " + e.getMessage(), e);
        }
        throw e;
      }
    }
  }

  @Override
  public Upload begin(String sha256, long announced, Storer storer) {
    if (origin.present(Set.of(sha256)).isEmpty()) {
      origin.requireRoom(storer, announced);
    }
    return copies.begin(
        sha256, announced, Storer.unlimited(""), (file, isNewHere) -> origin.add(file, storer));
  }

  @Override
  public Deleted delete(String sha256) {
    Deleted deleted = origin.delete(sha256);
    known.remove(sha256);
    if (deleted == Deleted.GONE) {
      copies.delete(sha256);
    }
    return deleted;
  }

  /** Bytes of copies on this host, and of what is coming in. */
  @Override
  public long bytes() {
    return copies.bytes();
  }

  @Override
  public void startSweeping() {
    sweeper = new Sweeper(limits.keep(), this::sweep);
  }

  /** Removes what nobody has used for long enough, and copies of what has gone. */
  void sweep() {
    origin.sweep();
    known.values().removeIf(Known::isOld);
    Set<String> here = copies.names();
    Set<String> gone = new HashSet<>(here);
    gone.removeAll(origin.present(here));
    gone.forEach(copies::delete);
  }

  @Override
  public void close() {
    if (sweeper != null) {
      sweeper.close();
    }
    copies.close();
    origin.close();
  }
}
