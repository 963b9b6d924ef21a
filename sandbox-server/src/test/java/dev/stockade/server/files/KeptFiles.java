package dev.stockade.server.files;

import dev.stockade.server.files.FileStore.Deleted;
import dev.stockade.server.job.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Files that servers share, in memory and without limits. */
public final class KeptFiles implements FileOrigin {
  public final Map<String, byte[]> files = new ConcurrentHashMap<>();
  final AtomicInteger reads = new AtomicInteger();

  /** Done before each read. */
  public volatile Runnable beforeRead = () -> {};

  @Override
  public Map<String, Long> use(Set<String> sha256s) {
    Map<String, Long> found = new HashMap<>();
    present(sha256s).forEach(sha256 -> found.put(sha256, (long) files.get(sha256).length));
    return found;
  }

  @Override
  public Set<String> present(Set<String> sha256s) {
    Set<String> found = new HashSet<>(sha256s);
    found.retainAll(files.keySet());
    return found;
  }

  @Override
  public void requireRoom(Storer storer, long bytes) {}

  @Override
  public boolean add(StoredFile file, Storer storer) {
    try {
      return files.put(file.sha256(), Files.readAllBytes(file.path())) == null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean read(String sha256, Consumer<byte[]> pieces) {
    reads.incrementAndGet();
    beforeRead.run();
    Optional<byte[]> found = Optional.ofNullable(files.get(sha256));
    found.ifPresent(pieces);
    return found.isPresent();
  }

  @Override
  public Deleted delete(String sha256) {
    return files.remove(sha256) == null ? Deleted.ABSENT : Deleted.GONE;
  }

  @Override
  public void sweep() {}

  @Override
  public void close() {}
}
