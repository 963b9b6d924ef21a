package dev.stockade.server.job;

import java.util.Optional;
import java.util.Set;

/** The files that jobs may refer to by the SHA-256 of their content. Never blocks; thread-safe. */
public interface StoredFiles {
  /** No file at all. */
  StoredFiles NONE =
      new StoredFiles() {
        @Override
        public Optional<StoredFile> find(String sha256) {
          return Optional.empty();
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

  /** The file with this hash; to look it up is to use it, which starts its time anew. */
  Optional<StoredFile> find(String sha256);

  /** Keeps those of the files that are there from going, until it is closed. */
  Hold hold(Set<String> sha256s);

  /** Files that stay. */
  interface Hold extends AutoCloseable {
    /** The hashes of which there is no file. */
    Set<String> missing();

    /** Lets them go; closing twice does nothing. */
    @Override
    void close();
  }
}
