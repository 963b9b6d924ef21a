package dev.stockade.server.language;

import dev.stockade.core.Cancellation;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The languages of this host: each recipe with the toolchain that was found for it, or why not.
 *
 * <p>Once they are found, a thread makes what lets some of them compile faster (Go's standard
 * library); until it is done, jobs of such a language just take longer. Closing ends that work.
 */
public final class HostLanguages implements Languages {
  private static final Logger log = LoggerFactory.getLogger(HostLanguages.class);

  private final List<HostLanguage> all;
  private final ToolRunner runner;
  private final Cancellation cancellation;

  private HostLanguages(List<HostLanguage> all, ToolRunner runner, Cancellation cancellation) {
    this.all = List.copyOf(all);
    this.runner = runner;
    this.cancellation = cancellation;
  }

  /** In the order in which people should see them. */
  private static List<Recipe> recipes() {
    return List.of(
        NativeCompiler.C,
        NativeCompiler.CPP,
        Script.PYTHON,
        new Java(),
        new JavaScript(),
        new Go(CacheFolder.ofThisUser()),
        new Rust(),
        Script.BASH);
  }

  /**
   * Looks for every language, side by side; takes a few seconds.
   *
   * @param policies has a policy for each language, and one for each compiler
   * @param runner runs the toolchains in the sandbox, until this is closed
   */
  public static HostLanguages find(PolicyCatalog policies, ToolRunner runner) {
    Cancellation cancellation = new Cancellation();
    Finder finder = new Finder(policies, runner, cancellation);
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<CompletableFuture<HostLanguage>> looking = new ArrayList<>();
      for (Recipe recipe : recipes()) {
        looking.add(CompletableFuture.supplyAsync(() -> finder.find(recipe), threads));
      }
      List<HostLanguage> found = looking.stream().map(CompletableFuture::join).toList();
      HostLanguages languages = new HostLanguages(found, runner, cancellation);
      Thread preparing = new Thread(languages::prepare, "languages");
      preparing.setDaemon(true);
      preparing.start();
      return languages;
    } finally {
      threads.shutdown();
    }
  }

  /**
   * Looks for one language, and makes what lets it compile faster, which may take a minute the
   * first time on a host; empty when its id is not known at all.
   */
  public static Optional<Language> find(String id, PolicyCatalog policies, ToolRunner runner) {
    Cancellation never = new Cancellation();
    Optional<HostLanguage> language =
        recipes().stream()
            .filter(recipe -> recipe.id().equals(id))
            .findFirst()
            .map(new Finder(policies, runner, never)::find);
    language.ifPresent(found -> found.prepare(runner, never));
    return language.map(found -> found);
  }

  /** Ids of all languages, usable here or not. */
  public static List<String> ids() {
    return recipes().stream().map(Recipe::id).toList();
  }

  /** Id of the language in which files of this name are written, by the name's ending. */
  public static Optional<String> idOf(String fileName) {
    return recipes().stream()
        .filter(recipe -> recipe.extensions().stream().anyMatch(fileName::endsWith))
        .map(Recipe::id)
        .findFirst();
  }

  private void prepare() {
    for (HostLanguage language : all) {
      try {
        language.prepare(runner, cancellation);
      } catch (CancellationException closed) {
        return;
      } catch (RuntimeException e) {
        if (!cancellation.isCancelled()) {
          log.warn("{} cannot be prepared for faster compilation", language.name(), e);
        }
      }
    }
  }

  @Override
  public List<Language> all() {
    return List.copyOf(all);
  }

  /** Ends what is still being prepared; the languages stay usable. */
  @Override
  public void close() {
    cancellation.cancel();
  }
}
