package dev.stockade.server.files;

import dev.stockade.server.files.FileRefusedException.Reason;
import dev.stockade.server.job.FilesGoneException;
import dev.stockade.server.job.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stored files in a folder of this server alone.
 *
 * <p>What is known of each file is in memory; {@link #find} and {@link #hold} look there only. The
 * folder may also be where copies are of files that are kept elsewhere: then those go that nobody
 * holds, the one that was used least lately first, when there is no room for another.
 */
public final class LocalFiles implements FileStore {
  /** Files that may come in at one time. */
  public static final int MOST_UPLOADS = 64;

  private static final FileAttribute<Set<PosixFilePermission>> ONLY_OURS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final Logger log = LoggerFactory.getLogger(LocalFiles.class);

  private final Path folder;
  private final Path incoming;
  private final FileLimits limits;
  private final InstantSource clock;
  private final boolean copies;
  private final Room room;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Set<Upload> uploads = ConcurrentHashMap.newKeySet();
  private final Semaphore places = new Semaphore(MOST_UPLOADS);

  /** Held while a name in the folder, and what is known of it, become another. */
  private final Object names = new Object();

  private @Nullable Sweeper sweeper;
  private Runnable atEnd = () -> {};

  /**
   * What is known of a file.
   *
   * @param storer name of who stored it since the server's start; empty when it was there before
   * @param holds how many do not let it go
   * @param usedAt when it was last used
   * @param writtenAt what of that is on disk
   */
  private record Entry(long bytes, String storer, int holds, Instant usedAt, Instant writtenAt) {
    Entry used(Instant now) {
      return new Entry(bytes, storer, holds, now, writtenAt);
    }

    Entry held(int more, Instant now) {
      return new Entry(bytes, storer, holds + more, now, writtenAt);
    }
  }

  /** A file that has got its name, held. */
  record Named(boolean isNew, Hold hold) {}

  /**
   * @param copies whether the files are kept elsewhere, so that those here may go
   */
  LocalFiles(Path folder, FileLimits limits, InstantSource clock, boolean copies) {
    this.folder = folder;
    this.incoming = folder.resolve("incoming");
    this.limits = limits;
    this.clock = clock;
    this.copies = copies;
    this.room = new Room(limits.total());
    try {
      Files.createDirectories(folder, ONLY_OURS);
      Files.createDirectories(incoming, ONLY_OURS);
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
  public static LocalFiles open(Path folder, FileLimits limits) {
    return new LocalFiles(folder, limits, InstantSource.system(), false);
  }

  /**
   * Opens a store that is removed when it is closed, or by the next one, should the server be
   * killed before.
   *
   * @throws UncheckedIOException when there is no place for it
   */
  public static LocalFiles temporary(FileLimits limits) {
    return temporary(Path.of(System.getProperty("java.io.tmpdir")), limits, false);
  }

  /**
   * Opens a temporary store for copies of files that are kept elsewhere.
   *
   * @param parent folder in which it is
   * @throws UncheckedIOException when there is no place for it
   */
  static LocalFiles ofCopies(Path parent, FileLimits limits) {
    return temporary(parent, limits, true);
  }

  private static LocalFiles temporary(Path parent, FileLimits limits, boolean copies) {
    TemporaryFolder folder = TemporaryFolder.make(parent);
    LocalFiles store =
        new LocalFiles(folder.path().resolve("files"), limits, InstantSource.system(), copies);
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
          entries.put(name, new Entry(is.size(), "", 0, used, used));
          room.take("", is.size());
        } else if (!file.equals(incoming)) {
          log.warn("{} is none of the stored files, and is left alone", file);
        }
      }
    }
  }

  @Override
  public void startSweeping() {
    sweeper = new Sweeper(limits.keep(), this::sweep);
  }

  @Override
  public boolean areShared() {
    return false;
  }

  @Override
  public void lookUp(Set<String> sha256s) {}

  @Override
  public Optional<StoredFile> find(String sha256) {
    Instant now = clock.instant();
    Entry found = entries.computeIfPresent(sha256, (name, entry) -> entry.used(now));
    return found == null ? Optional.empty() : Optional.of(file(sha256, found.bytes()));
  }

  /** What is, or will be, known of a file to those who use it. */
  StoredFile file(String sha256, long size) {
    return new StoredFile(sha256, path(sha256), size);
  }

  @Override
  public Hold bring(Set<String> sha256s) {
    Hold hold = hold(sha256s);
    if (!hold.missing().isEmpty()) {
      hold.close();
      throw new FilesGoneException(hold.missing());
    }
    return hold;
  }

  @Override
  public Hold hold(Set<String> sha256s) {
    Set<String> held = new HashSet<>();
    Set<String> missing = new HashSet<>();
    for (String sha256 : sha256s) {
      (changeHolds(sha256, 1) ? held : missing).add(sha256);
    }
    return holding(held, missing);
  }

  private Hold holding(Set<String> held, Set<String> missing) {
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

  @Override
  public long bytes() {
    return room.taken();
  }

  /** Hashes of the files that are here. */
  Set<String> names() {
    return Set.copyOf(entries.keySet());
  }

  /** How many files there are. */
  int files() {
    return entries.size();
  }

  @Override
  public Upload begin(String sha256, long announced, Storer storer) {
    return begin(sha256, announced, storer, Upload.Keeper.HERE);
  }

  /** As {@link #begin(String, long, Storer)}, of a file that is kept elsewhere as well. */
  Upload begin(String sha256, long announced, Storer storer, Upload.Keeper keeper) {
    if (!FileStore.isName(sha256)) {
      throw new IllegalArgumentException("no hash: " + sha256);
    }
    Upload.Wish wish =
        new Upload.Wish(sha256, storer, limits.largest().bytes(), keeper, places::release);
    wish.requireSize(announced);
    if (!places.tryAcquire()) {
      throw new FileRefusedException(
          Reason.TOO_MANY, MOST_UPLOADS + " files are coming in, as many as may at one time");
    }
    try {
      return receive(wish, announced);
    } catch (RuntimeException e) {
      places.release();
      throw e;
    }
  }

  /** Begins to take a copy in of a file that is kept elsewhere. */
  Upload beginCopy(String sha256) {
    return receive(
        new Upload.Wish(sha256, Storer.unlimited(""), Long.MAX_VALUE, Upload.Keeper.HERE, () -> {}),
        0);
  }

  private Upload receive(Upload.Wish wish, long announced) {
    Hold known = hold(Set.of(wish.sha256()));
    boolean isHere = known.missing().isEmpty();
    if (!isHere && !copies && !room.has(wish.storer(), announced)) {
      throw full();
    }
    Upload upload = new Upload(this, wish, known, isHere ? null : newHalfFile());
    uploads.add(upload);
    return upload;
  }

  private Path newHalfFile() {
    try {
      return Files.createTempFile(incoming, "", ""); // mode 0600
    } catch (IOException e) {
      throw Upload.refusedOr(e, incoming);
    }
  }

  /** Takes room for a part of a file that is coming in. */
  void take(Storer storer, long more) {
    while (!room.tryTake(storer, more)) {
      if (!copies || !evict()) {
        throw full();
      }
    }
  }

  /** Removes the copy that was used least lately; false when every one is held. */
  private boolean evict() {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().holds() == 0)
        .sorted(Comparator.comparing(entry -> entry.getValue().usedAt()))
        .anyMatch(entry -> delete(entry.getKey()) != Deleted.HELD);
  }

  /** Gives room back. */
  void give(Storer storer, long less) {
    room.give(storer.name(), less);
  }

  FileRefusedException full() {
    return full(limits);
  }

  /** Says that there is no room for another file. */
  public static FileRefusedException full(FileLimits limits) {
    return new FileRefusedException(
        Reason.FULL,
        "stored files have at most "
            + limits.total()
            + " together; unused ones go by themselves, or are deleted");
  }

  void over(Upload upload) {
    uploads.remove(upload);
  }

  /** Gives a whole file its name, unless there is one of this name by now. */
  Named name(Path half, Upload.Wish wish, long size) throws IOException {
    String sha256 = wish.sha256();
    synchronized (names) {
      Hold there = hold(Set.of(sha256));
      if (there.missing().isEmpty()) {
        return new Named(false, there);
      }
      Instant now = clock.instant();
      Files.setLastModifiedTime(half, FileTime.from(now));
      Files.move(half, path(sha256), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true); // the name as well, fsync(2)
      }
      entries.put(sha256, new Entry(size, wish.storer().name(), 1, now, now));
      return new Named(true, holding(Set.of(sha256), Set.of()));
    }
  }

  @Override
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
      room.give(found.storer(), found.bytes());
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
          sha256,
          (name, entry) ->
              new Entry(entry.bytes(), entry.storer(), entry.holds(), entry.usedAt(), usedAt));
    } catch (IOException e) {
      log.warn("{} cannot be marked as used: {}", path(sha256), e.toString());
    }
  }

  private Path path(String sha256) {
    return folder.resolve(sha256);
  }

  @Override
  public void close() {
    if (sweeper != null) {
      sweeper.close();
    }
    List.copyOf(uploads).forEach(Upload::close);
    atEnd.run();
  }
}
