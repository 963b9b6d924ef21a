package dev.stockade.server.language;

import dev.stockade.server.job.Language;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The languages of this host: each recipe with the toolchain that was found for it, or why not. */
public final class HostLanguages implements Languages {
  /** In the order in which people should see them. */
  private static final List<Recipe> RECIPES =
      List.of(
          NativeCompiler.C,
          NativeCompiler.CPP,
          Script.PYTHON,
          new Java(),
          new JavaScript(),
          new Go(),
          new Rust(),
          Script.BASH);

  private final List<Language> all;

  private HostLanguages(List<Language> all) {
    this.all = List.copyOf(all);
  }

  /**
   * Looks for every language, side by side; takes a few seconds.
   *
   * @param policies has a policy for each language, and one for each compiler
   * @param runner runs the toolchains in the sandbox
   */
  public static HostLanguages find(PolicyCatalog policies, ToolRunner runner) {
    Finder finder = new Finder(policies, runner);
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<CompletableFuture<Language>> looking = new ArrayList<>();
      for (Recipe recipe : RECIPES) {
        looking.add(CompletableFuture.supplyAsync(() -> finder.find(recipe), threads));
      }
      return new HostLanguages(looking.stream().map(CompletableFuture::join).toList());
    } finally {
      threads.shutdown();
    }
  }

  /** Looks for one language; empty when its id is not known at all. */
  public static Optional<Language> find(String id, PolicyCatalog policies, ToolRunner runner) {
    return RECIPES.stream()
        .filter(recipe -> recipe.id().equals(id))
        .findFirst()
        .map(new Finder(policies, runner)::find);
  }

  /** Ids of all languages, usable here or not. */
  public static List<String> ids() {
    return RECIPES.stream().map(Recipe::id).toList();
  }

  /** Id of the language in which files of this name are written, by the name's ending. */
  public static Optional<String> idOf(String fileName) {
    return RECIPES.stream()
        .filter(recipe -> recipe.extensions().stream().anyMatch(fileName::endsWith))
        .map(Recipe::id)
        .findFirst();
  }

  @Override
  public List<Language> all() {
    return all;
  }
}
