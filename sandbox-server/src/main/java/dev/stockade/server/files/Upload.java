package dev.stockade.server.files;

import dev.stockade.server.files.FileRefusedException.Reason;
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

  private final FileStore store;
  private final String sha256;
  private final StoredFiles.Hold known;
  private final @Nullable Path half;
  private final MessageDigest digest;
  private @Nullable FileChannel out;
  private long received;
  private long taken;
  private boolean closed;

  /**
   * @param half where it is written to; {@code null} when it is there already
   */
  Upload(FileStore store, String sha256, StoredFiles.Hold known, @Nullable Path half) {
    this.store = store;
    this.sha256 = sha256;
    this.known = known;
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
    store.requireSize(received + bytes.length);
    received += bytes.length;
    digest.update(bytes);
    if (half == null) {
      return;
    }
    store.take(bytes.length);
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
   * Stores the file: when this returns, it is on disk.
   *
   * @return whether it is new
   * @throws FileRefusedException when it has not the hash that was said
   */
  public synchronized boolean commit() {
    requireOpen();
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(sha256)) {
      throw new FileRefusedException(
          Reason.OTHER_HASH, "is not that of the " + received + " bytes that came: " + found);
    }
    if (half == null) {
      return false;
    }
    try {
      FileChannel file = out(half);
      file.force(true); // fsync(2)
      boolean isNew = store.name(half, sha256, received);
      if (isNew) {
        taken = 0; // the file's own from now on
      }
      return isNew;
    } catch (IOException e) {
      throw refusedOr(e, half);
    }
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
    known.close();
    store.give(taken);
    store.over(this);
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
