package dev.stockade.server.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a file as it is now: looked at every second, so that a token that is revoked is
 * refused soon after. A file that cannot be read, or is damaged, lets nobody in. Thread-safe.
 */
public final class LiveTokens implements Callers, AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(LiveTokens.class);

  /** What tells that a file is another than before. */
  private record Stamp(Object key, long size, Object modified) {}

  private final TokenFile file;
  private final Thread watcher;
  private volatile Map<String, Caller> callers = Map.of();
  private Map<ApiToken, Caller> known = Map.of();
  private @Nullable Stamp seen;

  /**
   * @throws TokenFileException when the file is not there, or is not one
   */
  public LiveTokens(TokenFile file) {
    this.file = file;
    seen = stamp();
    take(file.read());
    this.watcher = new Thread(this::watch, "tokens");
    watcher.setDaemon(true);
    watcher.start();
  }

  @Override
  public Optional<Caller> find(String token) {
    return Optional.ofNullable(callers.get(TokenFile.digestOf(token)));
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(PERIOD.toMillis());
        refresh();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads the file again, if it is another than before. */
  synchronized void refresh() {
    Stamp now = stamp();
    if (now != null && now.equals(seen)) {
      return;
    }
    if (now == null && seen == null) {
      return;
    }
    seen = now;
    try {
      take(file.read());
      log.info("{} tokens are known", callers.size());
    } catch (TokenFileException e) {
      take(List.of());
      log.error("nobody is let in: {}", e.getMessage());
    }
  }

  /** Tokens that are as before keep what they have used of their limits. */
  private synchronized void take(List<ApiToken> tokens) {
    Map<ApiToken, Caller> next = new HashMap<>();
    Map<String, Caller> byDigest = new HashMap<>();
    for (ApiToken token : tokens) {
      Caller before = known.get(token);
      Caller caller = before == null ? new Caller(token, System::nanoTime) : before;
      next.put(token, caller);
      byDigest.put(token.sha256(), caller);
    }
    known = next;
    callers = Map.copyOf(byDigest);
  }

  private @Nullable Stamp stamp() {
    Path path = file.path();
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(String.valueOf(now.fileKey()), now.size(), now.lastModifiedTime());
    } catch (IOException gone) {
      return null;
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
