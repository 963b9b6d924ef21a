package dev.stockade.server.api;

import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.testing.Needs;
import dev.stockade.server.StockadeServer;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.language.HostLanguages;
import dev.stockade.server.worker.CompileCache;
import dev.stockade.server.worker.SandboxJobRunner;
import dev.stockade.server.worker.Sandboxes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a test's server needs to run jobs in real sandboxes; where the host cannot, its tests are
 * skipped.
 */
public final class RealSandboxes implements AutoCloseable {
  private static final PolicyCatalog POLICIES = PolicyCatalog.shipped();

  private final Sandboxes sandboxes;
  private final StockadeServer.Services services;

  private RealSandboxes(Sandboxes sandboxes, List<Language> all, CompileCache cache) {
    this.sandboxes = sandboxes;
    Languages languages = () -> all;
    this.services =
        new StockadeServer.Services(
            new SandboxJobRunner(sandboxes, languages, cache), languages, POLICIES, () -> null);
  }

  static RealSandboxes with(List<Language> languages, CompileCache cache) {
    return new RealSandboxes(open(), languages, cache);
  }

  /**
   * With the host's toolchains of some languages.
   *
   * @param others offered besides
   */
  public static RealSandboxes withToolchains(List<Language> others, String... languages) {
    Sandboxes sandboxes = open();
    List<Language> all =
        Stream.concat(Stream.of(languages).map(id -> language(id, sandboxes)), others.stream())
            .toList();
    return new RealSandboxes(sandboxes, all, CompileCache.off());
  }

  private static Sandboxes open() {
    SandboxNeeds.defaultPolicy();
    return new Sandboxes(POLICIES, new SandboxOptions(ServerFixture.WORKERS, 1));
  }

  private static Language language(String id, Sandboxes sandboxes) {
    Language language = HostLanguages.find(id, POLICIES, sandboxes::run).orElseThrow();
    Needs.feature(
        id,
        language.availability() instanceof Language.Unavailable unavailable
            ? Optional.of(unavailable.reason())
            : Optional.empty());
    return language;
  }

  /** A server on a free loopback port; closing it belongs to whoever asked for it. */
  public StockadeServer serve() {
    return StockadeServer.start(ServerFixture.Options.defaults().config(), services);
  }

  StockadeServer.Services services() {
    return services;
  }

  @Override
  public void close() {
    sandboxes.close();
  }
}
