package dev.stockade.server.api;

import dev.stockade.core.SandboxOptions;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.server.StockadeServer;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.language.HostLanguages;
import dev.stockade.server.worker.CompileCache;
import dev.stockade.server.worker.SandboxJobRunner;
import dev.stockade.server.worker.Sandboxes;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** What runs the jobs of the page: C and Python in real sandboxes, and a Rust that is missing. */
final class PageServer implements AutoCloseable {
  private static final PolicyCatalog POLICIES = PolicyCatalog.shipped();

  private final Sandboxes sandboxes =
      new Sandboxes(POLICIES, new SandboxOptions(ServerFixture.WORKERS, 1));
  private final Languages languages;

  PageServer() {
    try {
      sandboxes.open("default");
    } catch (HostUnsupportedException e) {
      missing(e.feature(), e.reason());
    }
    List<Language> all =
        Stream.concat(
                Stream.of("c", "python").map(this::language),
                TestLanguage.ALL.all().stream().filter(one -> one.id().equals("rust")))
            .toList();
    this.languages = () -> all;
  }

  private Language language(String id) {
    Language language = HostLanguages.find(id, POLICIES, sandboxes::run).orElseThrow();
    if (language.availability() instanceof Language.Unavailable unavailable) {
      missing(id, unavailable.reason());
    }
    return language;
  }

  /** Skips the tests with what is missing, or fails where nothing may be. */
  static void missing(String feature, String reason) {
    String message = "needs " + feature + ": " + reason;
    if ("1".equals(System.getenv("STOCKADE_MUST_WORK"))) {
      throw new AssertionFailedError(message + " (STOCKADE_MUST_WORK=1)");
    }
    throw new TestAbortedException(message);
  }

  StockadeServer.Services services() {
    return new StockadeServer.Services(
        new SandboxJobRunner(sandboxes, languages, CompileCache.off()),
        languages,
        POLICIES,
        () -> null);
  }

  @Override
  public void close() {
    sandboxes.close();
  }
}
