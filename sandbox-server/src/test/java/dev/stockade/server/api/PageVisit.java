package dev.stockade.server.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.stockade.core.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the page share: a server with real sandboxes, and a real browser before it. */
abstract class PageVisit {
  /** Milliseconds; a machine that is busy may need many. */
  private static final double PATIENCE = 180_000;

  static RealSandboxes real;
  static ServerFixture server;
  private static Browsers browsers;

  final List<String> complaints = new ArrayList<>();
  private BrowserContext context;
  Page page;

  @BeforeAll
  static void open() {
    Needs.feature("Chromium", Browsers.whyNot());
    real =
        RealSandboxes.withToolchains(
            TestLanguage.ALL.all().stream().filter(one -> one.id().equals("rust")).toList(),
            "c",
            "python");
    server = new ServerFixture(real.services());
    browsers = new Browsers();
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
  }

  @AfterAll
  static void close() {
    if (browsers != null) {
      browsers.close();
    }
    if (server != null) {
      server.close();
    }
    if (real != null) {
      real.close();
    }
  }

  @BeforeEach
  void visit() {
    visit(server.port(), new Browser.NewContextOptions());
  }

  void visit(int port, Browser.NewContextOptions options) {
    leave();
    context = browsers.browser.newContext(options);
    context.setDefaultTimeout(PATIENCE);
    page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
    page.navigate("http://127.0.0.1:" + port + "/");
  }

  @AfterEach
  void leave() {
    if (context != null) {
      context.close();
    }
  }

  void choose(String language) {
    assertThat(page.locator("#run")).isEnabled();
    page.locator("#language").selectOption(language);
  }

  /**
   * Writes a source in place of what is in the editor, as a person does: the editor itself selects
   * everything. {@code fill} selects behind its back, and when the language's grammar comes before
   * the editor has heard of that, the sample stays after what was written.
   */
  void write(String language, String source) {
    choose(language);
    page.locator(".cm-content").press("ControlOrMeta+a");
    page.keyboard().insertText(source);
  }

  void run() {
    page.locator("#run").click();
  }

  void says(String verdict) {
    assertThat(page.locator("#verdict")).hasText(verdict);
  }

  /** A button that has just been enabled still grows visible, and would be told to be too pale. */
  void audit() {
    page.evaluate(
        """
        () => Promise.allSettled(
            document.getAnimations()
                .filter(one => one instanceof CSSTransition)
                .map(one => one.finished))
        """);
    List<Rule> violations = new AxeBuilder(page).analyze().getViolations();
    assertEquals(
        List.of(), violations.stream().map(rule -> rule.getId() + " " + rule.getNodes()).toList());
  }

  /** Nothing is wider than a screen of this width, which the page has by now or gets. */
  void fits(int width) {
    page.waitForFunction("width => innerWidth === width", width);
    assertEquals(width, (Integer) page.evaluate("document.documentElement.scrollWidth"));
  }

  /** For people to look at: {@code target/page}. */
  void picture(String name) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "page"));
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(folder.resolve(name + ".png")));
  }
}
