package dev.stockade.server;

import dev.stockade.server.job.Language;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.NotReadyException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The languages of this host, looked for on a thread of its own: trying every compiler takes
 * seconds, in which the server can already do everything else.
 */
final class LanguageSearch implements Languages {
  private static final Logger log = LoggerFactory.getLogger(LanguageSearch.class);

  private volatile @Nullable Languages found;
  private volatile String whyNot = "the toolchains of this host are being looked for";

  private final CompletableFuture<Void> searched = new CompletableFuture<>();

  private boolean closed;

  /**
   * Starts looking.
   *
   * @param search blocks until it has found what there is
   * @param announce told of it; not called when the search fails
   */
  void start(Supplier<Languages> search, Consumer<Languages> announce) {
    Thread thread = new Thread(() -> run(search, announce), "languages");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Supplier<Languages> search, Consumer<Languages> announce) {
    try {
      Languages languages = search.get();
      if (keep(languages)) {
        announce.accept(languages);
      }
    } catch (RuntimeException e) {
      whyNot = "the toolchains of this host could not be looked for: " + e.getMessage();
      if (!isClosed()) {
        log.error("looking for languages failed", e);
      }
    } finally {
      searched.complete(null);
    }
  }

  private synchronized boolean keep(Languages languages) {
    if (closed) {
      languages.close();
      return false;
    }
    found = languages;
    return true;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** From now on it is no news when the search fails, and nobody waits for it. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      Languages languages = found;
      if (languages != null) {
        languages.close();
      }
    }
    searched.complete(null);
  }

  @Override
  public CompletionStage<Void> whenSearched() {
    return searched.minimalCompletionStage();
  }

  /**
   * @throws NotReadyException while they are being looked for
   */
  @Override
  public List<Language> all() {
    Languages languages = found;
    if (languages == null) {
      throw new NotReadyException(whyNot);
    }
    return languages.all();
  }
}
