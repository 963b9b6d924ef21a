package dev.stockade.server.files;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.files.FileRefusedException.Reason;
import dev.stockade.server.job.StoredFile;
import dev.stockade.server.job.StoredFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that is coming in. Closing it leaves nothing of it unless it was {@linkplain #commit
 * committed}. Thread-safe; methods block while they write.
 *
 * <p>Of a file that is there already nothing is written, but what comes must have its hash.
 */
public final class Upload implements AutoCloseable {
  /** A disk with less is full. */
  private static final long LEAST_USABLE = 64 * 1024;

  private final LocalFiles store;
  private final Wish wish;
  private final @Nullable Path half;
  private final MessageDigest digest;
  private StoredFiles.Hold hold;
  private @Nullable FileChannel out;
  private long received;
  private long taken;
  private boolean closed;

  /** Keeps a file that is whole. */
  @FunctionalInterface
  interface Keeper {
    /** Nothing more is to be done for it. */
    Keeper HERE = (file, isNew) -> isNew;

    /**
     * Keeps it elsewhere as well, durably. May block.
     *
     * @param isNew whether it is new on this host
     * @return whether it is new where it is kept
     */
    boolean keep(StoredFile file, boolean isNew);
  }

  /**
   * What is to come in.
   *
   * @param most bytes that it may have
   * @param atEnd called when the upload is closed
   */
  record Wish(String sha256, Storer storer, long most, Keeper keeper, Runnable atEnd) {
    void requireSize(long size) {
      if (size > most) {
        throw new FileRefusedException(
            Reason.TOO_LARGE, "a stored file has at most " + ByteSize.ofBytes(most));
      }
    }
  }

  /**
   * @param known holds the file, if it is there already
   * @param half where it is written to; {@code null} when it is there already
   */
  Upload(LocalFiles store, Wish wish, StoredFiles.Hold known, @Nullable Path half) {
    this.store = store;
    this.wish = wish;
    this.hold = known;
    this.half = half;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Takes the next bytes.
   *
   * @throws FileRefusedException when it will not be stored after all
   */
  public synchronized void write(byte[] bytes) {
    requireOpen();
    wish.requireSize(received + bytes.length);
    received += bytes.length;
    digest.update(bytes);
    if (half == null) {
      return;
    }
    store.take(wish.storer(), bytes.length);
    taken += bytes.length;
    try {
      FileChannel file = out(half);
      for (ByteBuffer left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
        file.write(left);
      }
    } catch (IOException e) {
      throw refusedOr(e, half);
    }
  }

  private FileChannel out(Path path) throws IOException {
    FileChannel file = out;
    if (file == null) {
      file = FileChannel.open(path, StandardOpenOption.WRITE);
      out = file;
    }
    return file;
  }

  /**
   * Stores the file: when this returns, it is on disk, or where else files are kept.
   *
   * @return whether it is new
   * @throws FileRefusedException when it has not the hash that was said
   */
  public synchronized boolean commit() {
    requireOpen();
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(wish.sha256())) {
      throw new FileRefusedException(
          Reason.OTHER_HASH, "is not that of the " + received + " bytes that came: " + found);
    }
    boolean isNew = half != null && name(half);
    return wish.keeper().keep(store.file(wish.sha256(), received), isNew);
  }

  private boolean name(Path whole) {
    try {
      out(whole).force(true); // fsync(2)
      LocalFiles.Named named = store.name(whole, wish, received);
      hold.close();
      hold = named.hold();
      if (named.isNew()) {
        taken = 0; // the file's own from now on
      }
      return named.isNew();
    } catch (IOException e) {
      throw refusedOr(e, whole);
    }
  }

  /** As {@link #commit}, and keeps the file from going until what is returned is closed. */
  synchronized StoredFiles.Hold commitHeld() {
    boolean unused = commit();
    StoredFiles.Hold given = hold;
    hold = StoredFiles.NONE.hold(Set.of());
    return given;
  }

  /** Bytes that have come. */
  public synchronized long received() {
    return received;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this upload is closed");
    }
  }

  /** A full disk is as good as a full store. The exception says ENOSPC in words of a language. */
  static RuntimeException refusedOr(IOException e, Path place) {
    boolean full;
    try {
      full = Files.getFileStore(place).getUsableSpace() < LEAST_USABLE;
    } catch (IOException unknown) {
      e.addSuppressed(unknown);
      full = false;
    }
    return full
        ? new FileRefusedException(Reason.FULL, "the server's disk is full")
        : new UncheckedIOException("a file cannot be stored", e);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    hold.close();
    store.give(wish.storer(), taken);
    store.over(this);
    wish.atEnd().run();
    try {
      if (out != null) {
        out.close();
      }
      if (half != null) {
        Files.deleteIfExists(half);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a half file cannot be removed", e);
    }
  }
}
