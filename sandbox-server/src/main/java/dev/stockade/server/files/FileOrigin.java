package dev.stockade.server.files;

import dev.stockade.server.job.StoredFile;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where files are kept that servers share. Thread-safe; every method may block, and throws {@link
 * dev.stockade.server.job.StoreUnavailableException} when it cannot be reached.
 */
public interface FileOrigin extends AutoCloseable {
  /**
   * Lengths of those of the files that are there, in bytes; this is a use, which starts their time
   * anew.
   */
  Map<String, Long> use(Set<String> sha256s);

  /** Those of the files that are there; this is no use. */
  Set<String> present(Set<String> sha256s);

  /**
   * Says early that a file will not be stored.
   *
   * @throws FileRefusedException when there is no room for it
   */
  void requireRoom(Storer storer, long bytes);

  /**
   * Stores a file of this host: when this returns, it outlives every server.
   *
   * @return whether it is new
   * @throws FileRefusedException when there is no room for it
   */
  boolean add(StoredFile file, Storer storer);

  /**
   * Reads a file in pieces.
   *
   * @return false when it is not there, or was deleted meanwhile
   * @throws dev.stockade.core.fault.SandboxException when it is not whole
   */
  boolean read(String sha256, Consumer<byte[]> pieces);

  /** Deletes a file that no unfinished job refers to. */
  FileStore.Deleted delete(String sha256);

  /** Removes what nobody has used for long enough. */
  void sweep();

  @Override
  void close();
}
