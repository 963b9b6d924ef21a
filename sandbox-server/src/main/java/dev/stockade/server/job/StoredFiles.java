package dev.stockade.server.job;

import java.util.Optional;
import java.util.Set;

/**
 * The files that jobs may refer to by the SHA-256 of their content. Thread-safe. What may block
 * throws {@link StoreUnavailableException} where files are shared and cannot be reached.
 */
public interface StoredFiles {
  /** No file at all. */
  StoredFiles NONE =
      new StoredFiles() {
        @Override
        public boolean areShared() {
          return false;
        }

        @Override
        public void lookUp(Set<String> sha256s) {}

        @Override
        public Optional<StoredFile> find(String sha256) {
          return Optional.empty();
        }

        @Override
        public Hold bring(Set<String> sha256s) {
          return hold(sha256s);
        }

        @Override
        public Hold hold(Set<String> sha256s) {
          return new Hold() {
            @Override
            public Set<String> missing() {
              return Set.copyOf(sha256s);
            }

            @Override
            public void close() {}
          };
        }
      };

  /** Whether other servers have the same files: then one has to be looked up to be found. */
  boolean areShared();

  /**
   * Finds out which of these files there are, which {@link #find} knows for a minute from then on.
   * May block where files are shared, and does nothing where they are not.
   */
  void lookUp(Set<String> sha256s);

  /**
   * The file with this hash; to look it up is to use it, which starts its time anew. Never blocks.
   * A shared file may not be on this host yet.
   */
  Optional<StoredFile> find(String sha256);

  /**
   * Keeps those of the files from going that are there, on this host, until it is closed. Never
   * blocks.
   */
  Hold hold(Set<String> sha256s);

  /**
   * As {@link #hold}, and has those on this host that are somewhere else. May block.
   *
   * @throws FilesGoneException when one is not there
   * @throws dev.stockade.core.fault.SandboxException when one is damaged
   */
  Hold bring(Set<String> sha256s);

  /** Files that stay. */
  interface Hold extends AutoCloseable {
    /** The hashes of which there is no file. */
    Set<String> missing();

    /** Lets them go; closing twice does nothing. */
    @Override
    void close();
  }
}
