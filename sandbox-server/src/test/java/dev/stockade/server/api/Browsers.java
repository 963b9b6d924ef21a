package dev.stockade.server.api;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The system's Chromium, without a window. */
final class Browsers implements AutoCloseable {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/google-chrome"));

  private final Playwright playwright;
  final Browser browser;

  /** Why there is no browser here; empty when there is one. */
  static Optional<String> whyNot() {
    return PLACES.stream().anyMatch(Files::isExecutable)
        ? Optional.empty()
        : Optional.of("none of " + PLACES + " is there; apt-get install chromium");
  }

  Browsers() {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(
                        PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow())
                    // its own sandbox is not for root, and shows nobody's pages but ours
                    .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage"))
                    .setTimeout(300_000));
  }

  @Override
  public void close() {
    playwright.close();
  }
}
