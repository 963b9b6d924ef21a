package dev.stockade.server.files;

import dev.stockade.server.job.StoredFiles;
import java.util.regex.Pattern;

/**
 * Where the files are that clients store for their jobs. Thread-safe.
 *
 * <p>A file goes when nobody has used it for a time, or when it is deleted, never while a job that
 * has not ended refers to it; none goes to make room for another.
 */
public interface FileStore extends StoredFiles, AutoCloseable {
  /** A hash as files are named by. */
  Pattern NAME = Pattern.compile("[0-9a-f]{64}");

  /** What became of a wish to delete a file. */
  enum Deleted {
    /** It is gone. */
    GONE,
    /** There was none. */
    ABSENT,
    /** A job that waits or runs refers to it. */
    HELD
  }

  /** Whether a text is a hash as files are named by. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * Begins to remove what nobody uses. Called once, when everything is held that is to stay: a
   * server that was down for long finds files whose time is over, and jobs that need them.
   */
  void startSweeping();

  /** Bytes that files have on this host, those that are coming in as well. */
  long bytes();

  /**
   * Begins to take a file in. Blocks; the caller has to close what it gets.
   *
   * @param announced how long it is; 0 when that is not known
   * @throws FileRefusedException when it is known already that it will not be stored
   */
  Upload begin(String sha256, long announced, Storer storer);

  /** Deletes a file that nobody holds. Blocks. */
  Deleted delete(String sha256);

  /** Ends what is coming in. */
  @Override
  void close();
}
