package dev.stockade.server.files;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.files.FileRefusedException.Reason;
import dev.stockade.server.job.StoredFile;
import dev.stockade.server.job.StoredFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stored files in a folder of this server alone. Thread-safe.
 *
 * <p>What is known of each file is in memory; {@link #find} and {@link #hold} look there only. A
 * file goes when nobody has used it for a time, or when it is deleted, never while somebody holds
 * it; none goes to make room for another.
 */
public final class FileStore implements StoredFiles, AutoCloseable {
  /** Files that may come in at one time. */
  public static final int MOST_UPLOADS = 64;

  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Logger log = LoggerFactory.getLogger(FileStore.class);

  private final Path folder;
  private final Path incoming;
  private final FileLimits limits;
  private final InstantSource clock;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Set<Upload> uploads = ConcurrentHashMap.newKeySet();
  private final Semaphore places = new Semaphore(MOST_UPLOADS);

  /** Bytes of all files, and of those that are coming in. */
  private final AtomicLong bytes = new AtomicLong();

  /** Held while a name in the folder, and what is known of it, become another. */
  private final Object names = new Object();

  private @Nullable ScheduledExecutorService sweeper;
  private Runnable atEnd = () -> {};

  /**
   * What is known of a file.
   *
   * @param holds how many do not let it go
   * @param usedAt when it was last used
   * @param writtenAt what of that is on disk
   */
  private record Entry(long bytes, int holds, Instant usedAt, Instant writtenAt) {
    Entry used(Instant now) {
      return new Entry(bytes, holds, now, writtenAt);
    }

    Entry held(int more, Instant now) {
      return new Entry(bytes, holds + more, now, writtenAt);
    }
  }

  /** What became of a wish to delete a file. */
  public enum Deleted {
    /** It is gone. */
    GONE,
    /** There was none. */
    ABSENT,
    /** A job that waits or runs refers to it. */
    HELD
  }

  FileStore(Path folder, FileLimits limits, InstantSource clock) {
    this.folder = folder;
    this.incoming = folder.resolve("incoming");
    this.limits = limits;
    this.clock = clock;
    try {
      var onlyOurs =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      Files.createDirectories(folder, onlyOurs);
      Files.createDirectories(incoming, onlyOurs);
      removeHalfFiles();
      readNames();
    } catch (IOException e) {
      throw new UncheckedIOException("stored files cannot be kept in " + folder, e);
    }
  }

  /**
   * Opens the store of a folder, made if need be, and removes what a dead server left half done.
   *
   * @throws UncheckedIOException when the folder cannot be used
   */
  public static FileStore open(Path folder, FileLimits limits) {
    return new FileStore(folder, limits, InstantSource.system());
  }

  /**
   * Opens a store that is removed when it is closed, or by the next one, should the server be
   * killed before.
   *
   * @throws UncheckedIOException when there is no place for it
   */
  public static FileStore temporary(FileLimits limits) {
    TemporaryFolder folder;
    try {
      folder = TemporaryFolder.make(Path.of(System.getProperty("java.io.tmpdir")));
    } catch (IOException e) {
      throw new UncheckedIOException("there is no place for stored files", e);
    }
    FileStore store = open(folder.path().resolve("files"), limits);
    store.atEnd = folder::close;
    return store;
  }

  private void removeHalfFiles() throws IOException {
    try (Stream<Path> left = Files.list(incoming)) {
      for (Path half : left.toList()) {
        Files.delete(half);
      }
    }
  }

  private void readNames() throws IOException {
    Instant now = clock.instant();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        BasicFileAttributes is =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String name = String.valueOf(file.getFileName());
        if (is.isRegularFile() && NAME.matcher(name).matches()) {
          Instant written = is.lastModifiedTime().toInstant();
          Instant used = written.isAfter(now) ? now : written;
          entries.put(name, new Entry(is.size(), 0, used, used));
          bytes.addAndGet(is.size());
        } else if (!file.equals(incoming)) {
          log.warn("{} is none of the stored files, and is left alone", file);
        }
      }
    }
  }

  /**
   * Begins to remove what nobody uses. Called once, when everything is held that is to stay: a
   * server that was down for long finds files whose time is over, and jobs that need them.
   */
  public void startSweeping() {
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "stored-files");
              made.setDaemon(true);
              return made;
            });
    long millis = Math.min(LONGEST_PAUSE.toMillis(), limits.keep().dividedBy(4).toMillis());
    var unused =
        thread.scheduleWithFixedDelay(this::sweepOrLog, millis, millis, TimeUnit.MILLISECONDS);
    sweeper = thread;
  }

  private void sweepOrLog() {
    try {
      sweep();
    } catch (RuntimeException e) {
      log.error("stored files cannot be looked after", e); // the next time is tried nevertheless
    }
  }

  /** Whether a text is a hash as files are named by. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  @Override
  public Optional<StoredFile> find(String sha256) {
    Instant now = clock.instant();
    Entry found = entries.computeIfPresent(sha256, (name, entry) -> entry.used(now));
    return found == null
        ? Optional.empty()
        : Optional.of(new StoredFile(sha256, path(sha256), found.bytes()));
  }

  @Override
  public Hold hold(Set<String> sha256s) {
    Set<String> held = new HashSet<>();
    Set<String> missing = new HashSet<>();
    for (String sha256 : sha256s) {
      (changeHolds(sha256, 1) ? held : missing).add(sha256);
    }
    AtomicBoolean over = new AtomicBoolean();
    return new Hold() {
      @Override
      public Set<String> missing() {
        return missing;
      }

      @Override
      public void close() {
        if (over.compareAndSet(false, true)) {
          held.forEach(sha256 -> changeHolds(sha256, -1));
        }
      }
    };
  }

  private boolean changeHolds(String sha256, int more) {
    Instant now = clock.instant();
    return entries.computeIfPresent(sha256, (name, entry) -> entry.held(more, now)) != null;
  }

  /** Bytes of all files, and of those that are coming in. */
  public long bytes() {
    return bytes.get();
  }

  /** How many files there are. */
  public int files() {
    return entries.size();
  }

  /** The largest that a file may be. */
  public ByteSize largest() {
    return limits.largest();
  }

  /**
   * Begins to take a file in. Blocks; the caller has to close what it gets.
   *
   * @param announced how long it is; 0 when that is not known
   * @throws FileRefusedException when it is known already that it will not be stored
   */
  public Upload begin(String sha256, long announced) {
    if (!isName(sha256)) {
      throw new IllegalArgumentException("no hash: " + sha256);
    }
    requireSize(announced);
    if (!places.tryAcquire()) {
      throw new FileRefusedException(
          Reason.TOO_MANY, MOST_UPLOADS + " files are coming in, as many as may at one time");
    }
    try {
      Upload upload = newUpload(sha256, announced);
      uploads.add(upload);
      return upload;
    } catch (RuntimeException e) {
      places.release();
      throw e;
    }
  }

  private Upload newUpload(String sha256, long announced) {
    Hold known = hold(Set.of(sha256));
    if (known.missing().isEmpty()) {
      return new Upload(this, sha256, known, null);
    }
    if (bytes.get() + announced > limits.total().bytes()) {
      throw full();
    }
    return new Upload(this, sha256, known, newHalfFile());
  }

  private Path newHalfFile() {
    try {
      return Files.createTempFile(incoming, "", ""); // mode 0600
    } catch (IOException e) {
      throw Upload.refusedOr(e, incoming);
    }
  }

  void requireSize(long size) {
    if (size > limits.largest().bytes()) {
      throw new FileRefusedException(
          Reason.TOO_LARGE, "a stored file has at most " + limits.largest());
    }
  }

  /** Takes room for a part of a file that is coming in. */
  void take(long more) {
    if (bytes.addAndGet(more) > limits.total().bytes()) {
      bytes.addAndGet(-more);
      throw full();
    }
  }

  /** Gives room back. */
  void give(long less) {
    bytes.addAndGet(-less);
  }

  FileRefusedException full() {
    return new FileRefusedException(
        Reason.FULL,
        "stored files have at most "
            + limits.total()
            + " together; unused ones go by themselves, or are deleted");
  }

  void over(Upload upload) {
    uploads.remove(upload);
    places.release();
  }

  /**
   * Gives a whole file its name.
   *
   * @return false when there is one of this name by now
   */
  boolean name(Path half, String sha256, long size) throws IOException {
    synchronized (names) {
      Instant now = clock.instant();
      if (entries.computeIfPresent(sha256, (name, entry) -> entry.used(now)) != null) {
        return false;
      }
      Files.setLastModifiedTime(half, FileTime.from(now));
      Files.move(half, path(sha256), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true); // the name as well, fsync(2)
      }
      entries.put(sha256, new Entry(size, 0, now, now));
      return true;
    }
  }

  /** Deletes a file that nobody holds. Blocks. */
  public Deleted delete(String sha256) {
    return remove(sha256, Instant.MAX);
  }

  private Deleted remove(String sha256, Instant unusedSince) {
    synchronized (names) {
      Entry found = entries.get(sha256);
      if (found == null) {
        return Deleted.ABSENT;
      }
      Entry left =
          entries.computeIfPresent(
              sha256,
              (name, entry) ->
                  entry.holds() == 0 && !entry.usedAt().isAfter(unusedSince) ? null : entry);
      if (left != null) {
        return Deleted.HELD;
      }
      try {
        Files.deleteIfExists(path(sha256));
      } catch (IOException e) {
        entries.put(sha256, found);
        throw new UncheckedIOException("a stored file cannot be deleted", e);
      }
      bytes.addAndGet(-found.bytes());
      return Deleted.GONE;
    }
  }

  /** Removes what nobody has used for long enough, and writes down when the others were used. */
  void sweep() {
    Instant unusedSince = clock.instant().minus(limits.keep());
    entries.forEach(
        (sha256, entry) -> {
          if (entry.holds() == 0 && !entry.usedAt().isAfter(unusedSince)) {
            var unused = remove(sha256, unusedSince);
          } else if (entry.holds() > 0 || entry.usedAt().isAfter(entry.writtenAt())) {
            writeDown(sha256, entry.holds() > 0 ? clock.instant() : entry.usedAt());
          }
        });
  }

  /** A held file is in use all the time. */
  private void writeDown(String sha256, Instant usedAt) {
    try {
      Files.setLastModifiedTime(path(sha256), FileTime.from(usedAt));
      entries.computeIfPresent(
          sha256, (name, entry) -> new Entry(entry.bytes(), entry.holds(), entry.usedAt(), usedAt));
    } catch (IOException e) {
      log.warn("{} cannot be marked as used: {}", path(sha256), e.toString());
    }
  }

  private Path path(String sha256) {
    return folder.resolve(sha256);
  }

  /** Ends what is coming in. */
  @Override
  public void close() {
    if (sweeper != null) {
      sweeper.shutdownNow();
      try {
        if (!sweeper.awaitTermination(10, TimeUnit.SECONDS)) {
          log.warn("stored files are still looked after");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    List.copyOf(uploads).forEach(Upload::close);
    atEnd.run();
  }
}
