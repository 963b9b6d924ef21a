package dev.stockade.server.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.access.TokenLimits;
import dev.stockade.server.api.ServerFixture.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The page as a real browser has it, before a server with real sandboxes. */
@Tag("browser")
@Timeout(600)
final class PageIT extends PageVisit {
  @Test
  void sampleRunsAsThePageOpens() {
    choose("python");
    run();
    says("Ended well, with exit status 0.");
    assertThat(page.locator("#stdout")).hasText("Hello, world\n");
    assertThat(page.locator("#cpu-text")).containsText(" of ");
    assertThat(page.locator("#wall-text")).containsText(" of ");
    assertThat(page.locator("#peak-text")).containsText("MiB");
    assertEquals(List.of(), complaints);
  }

  @Test
  void nothingIsFetchedFromElsewhere() {
    List<String> urls = new ArrayList<>();
    page.onRequest(request -> urls.add(request.url()));
    page.reload();
    choose("c");
    run();
    says("Ended well, with exit status 0.");
    assertTrue(urls.size() > 20, urls::toString);
    String own = "http://127.0.0.1:" + server.port() + "/";
    assertEquals(List.of(), urls.stream().filter(url -> !url.startsWith(own)).toList());
    assertEquals(List.of(), complaints);
  }

  @Test
  void outputArrivesWhileTheProgramRuns() {
    write("python", "import time\nprint('first', flush=True)\nwhile True: time.sleep(0.01)\n");
    page.locator("#wallTime").fill("2m");
    run();
    assertThat(page.locator("#stdout")).hasText("first\n");
    says("Running …");
    page.locator("#stop").click();
    says("Stopped, as you asked.");
    assertThat(page.locator("#stdout")).hasText("first\n");
  }

  @Test
  void compileErrorsStandAtTheirLine() {
    write("c", "int main(void) {\n  return nothing;\n}\n");
    run();
    says("Not compiled: the compiler found something wrong.");
    assertThat(page.locator("#compiler-text")).containsText("nothing");
    assertThat(page.locator(".cm-line").nth(1).locator(".cm-lintRange-error")).hasText("nothing;");
    assertThat(page.locator(".cm-lint-marker-error")).hasCount(1);
  }

  @Test
  void tracebackOfPythonStandsAtItsLine() {
    write("python", "x = 1\nprint(y)\n");
    run();
    says("Ended with exit status 1.");
    assertThat(page.locator(".cm-line").nth(1).locator(".cm-lintRange-error")).hasText("print(y)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          main.c:2:10: error: 'x' undeclared          | 2:10 error 'x' undeclared
          main.cpp:3:5: warning: unused               | 3:5 warning unused
          main.c:1:10: fatal error: no.h: No such file | 1:10 error no.h: No such file
          Main.java:4: error: ';' expected            | 4:null error ';' expected
          ./main.go:7:2: undefined: y                 | 7:2 error undefined: y
          error[E0425]: no x~ --> main.rs:5:9         | 5:9 error no x
          warning: unused~  --> main.rs:1:2           | 1:2 warning unused
          File "/box/main.py", line 2, in f~File "/usr/lib/x.py", line 9~KeyError: 1 | 2:null error KeyError: 1
          /box/main.js:3~  y~  ^~ReferenceError: y is not defined | 3:null error ReferenceError: y is not defined
          main.sh: line 8: foo: command not found     | 8:null error foo: command not found
          something else                              | ''
          """)
  void toolsNameTheirPlaces(String said, String place) {
    Object places =
        page.evaluate(
            """
            async said => (await import("/page/diagnostics.js")).diagnostics(said)
                .map(one => `${one.line}:${one.column} ${one.severity} ${one.message}`).join()
            """,
            said.replace('~', '\n'));
    assertEquals(place, places);
  }

  @Test
  void limitsAreThoseOfTheRun() {
    write("python", "while True: pass\n");
    page.locator("#cpuTime").fill("100ms");
    run();
    says("Ended: it went over its limit on CPU time.");
    assertThat(page.locator("#cpu-text")).hasText(Pattern.compile(".* of 100 ms"));
  }

  @Test
  void whatWasTypedIsThereAfterAReload() {
    write("python", "print('kept')\n");
    page.locator("#stdin").fill("some input");
    page.locator("#cpuTime").fill("2s");
    page.reload();
    assertThat(page.locator(".cm-content")).containsText("print('kept')");
    assertThat(page.locator("#stdin")).hasValue("some input");
    assertThat(page.locator("#cpuTime")).hasValue("2s");
    choose("c");
    assertThat(page.locator(".cm-content")).containsText("int main");
    choose("python");
    assertThat(page.locator(".cm-content")).containsText("print('kept')");
  }

  @Test
  void earlierRunsComeBack() {
    write("python", "print('one')\n");
    run();
    says("Ended well, with exit status 0.");
    write("python", "print('two')\n");
    page.locator("#runs button").first().click();
    assertThat(page.locator(".cm-content")).containsText("print('one')");
    assertThat(page.locator("#runs button")).hasCount(2);
    assertThat(page.locator("#runs button").first()).containsText("print('two')");
    page.reload();
    assertThat(page.locator("#runs button")).hasCount(2);
    page.locator("#forget").click();
    assertThat(page.locator("#runs button")).hasCount(0);
  }

  @Test
  void linkBringsTheProgramToAnotherBrowser() {
    write("python", "print('shared \u00e9')\n");
    page.locator("#stdin").fill("its input");
    page.locator("#share").click();
    assertThat(page.locator("#link-text")).hasValue(Pattern.compile(".*#program=[\\w-]+"));
    String link = page.locator("#link-text").inputValue();
    visit();
    choose("python");
    String typed = "mine ".repeat(20_000);
    page.locator("#stdin").fill(typed);
    page.navigate(link);
    assertThat(page.locator(".cm-content")).containsText("print('shared \u00e9')");
    assertThat(page.locator("#stdin")).hasValue("its input");
    page.locator("#runs button").first().click();
    assertThat(page.locator("#stdin")).hasValue(typed);
  }

  @Test
  void shellScriptHasColours() {
    page.evaluate(
        """
        async () => {
          const place = document.createElement("div");
          document.body.append(place);
          place.id = "shell";
          const { Editor } = await import("/page/editor.js");
          await new Editor(place, () => {}, () => {})
              .show("# why\\nif true; then echo 'a\\nb' 12 \\"$x#y\\"; fi", "bash");
        }
        """);
    assertThat(page.locator("#shell .cm-line span"))
        .hasText(new String[] {"# why", "if", "then", "echo", "'a", "b'", "12", "\"$x#y\"", "fi"});
  }

  @Test
  void languageThatTheHostLacksSaysWhy() {
    choose("python");
    assertThat(page.locator("#language option[value=rust]"))
        .hasText("Rust – rustc is not installed");
    assertThat(page.locator("#language option[value=rust]")).isDisabled();
  }

  @Test
  void whatProtectsMeIsToldOnRequest() throws IOException {
    choose("c");
    page.locator("#memory").fill("77MiB");
    run();
    says("Ended well, with exit status 0.");
    assertThat(page.locator("#story")).isHidden();
    page.locator("#protection-title").focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("#story h3"))
        .hasText(
            new String[] {
              "Your program, under the policy c", "Its compiler, under the policy c-compile"
            });
    assertThat(page.locator("#story")).containsText("It has 77MiB of memory and swap together");
    assertThat(page.locator("#story")).containsText("Serves the promise “Rootless”.");
    assertThat(page.locator("#story li.lacking")).hasCount(0);
    page.locator("#story summary").first().click();
    assertThat(page.locator("#story .steps").first()).containsText("CLONE_NEWUSER");
    assertEquals(List.of(), complaints);
    audit();
    picture("protection");
  }

  private void enterTest(int index, String stdin, String expected) {
    page.locator("#add-test").click();
    Locator areas = page.locator(".test").nth(index).locator("textarea");
    areas.nth(0).fill(stdin);
    areas.nth(1).fill(expected);
  }

  @Test
  void testsAreRunAndShownWithWhatDiffers() throws IOException {
    choose("python"); // its sample greets whoever is in the input
    page.locator("#tests > summary").click();
    page.locator("#judge").click();
    assertThat(page.locator("#tests-error")).hasText("Add a test first.");
    enterTest(0, "you", "Hello, you");
    enterTest(1, "you", "Hello, me\n");
    enterTest(2, "", "");
    page.reload();
    assertThat(page.locator(".test")).hasCount(3);
    page.locator("#judge").click();
    says("Right in 1 of 3 tests.");
    assertThat(page.locator("#judged-tests h4"))
        .hasText(
            new String[] {
              "Test 1: Right.",
              "Test 2: Wrong: not the expected output.",
              "Test 3: Ended with exit status 1."
            });
    assertThat(page.locator(".diff").first().locator(".missing")).hasText("\u2212 Hello, me\n");
    assertThat(page.locator(".diff").first().locator(".extra")).hasText("+ Hello, you\n");
    assertEquals(List.of(), complaints);
    audit();
    picture("tests");
    page.locator("[aria-label='Remove test 1']").click();
    assertThat(page.locator(".test textarea").nth(1)).hasValue("Hello, me\n");
    run();
    says("Ended well, with exit status 0.");
    assertThat(page.locator("#judged")).isHidden();
    assertThat(page.locator("#stdout")).isVisible();
  }

  @Test
  void serverIsShownAtWork() throws IOException {
    choose("python");
    page.locator("#stdin").fill("still here");
    page.locator("#to-server").click();
    assertThat(page.locator("#queue-text")).containsText(" of 2 workers at a job");
    assertThat(page.locator("#work")).isHidden();
    assertThat(page.locator("#findings")).containsText("user namespaces in the kernel: works");
    assertEquals(202, server.post("/v1/jobs", command("true")).status());
    assertThat(page.locator("#last-jobs tr").first()).containsText("OK");
    assertThat(page.locator("#latency-plot .most")).not().hasText("–");
    assertEquals(List.of(), complaints);
    audit();
    picture("server");
    page.setViewportSize(360, 740);
    fits(360);
    audit();
    picture("server-phone");
    page.locator("#to-program").click();
    assertThat(page.locator("#stdin")).hasValue("still here");
  }

  @Test
  void runOnThePageIsAmongTheLastJobs() {
    write("python", "print('seen')\nraise SystemExit(3)\n");
    run();
    says("Ended with exit status 3.");
    String id =
        server.get("/v1/jobs?limit=1").json().getJsonArray("jobs").getJsonObject(0).getString("id");
    page.locator("#to-server").click();
    Locator row = page.locator("#last-jobs tr").first();
    assertThat(row).containsText("NONZERO_EXIT");
    assertThat(row.locator("td").nth(1)).hasText("python");
    assertThat(row.locator(".id")).hasText(id);
    assertThat(row).not().containsText("seen");
    assertEquals(List.of(), complaints);
  }

  @Test
  void serverWithTokensAsksForOne(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tokens.yaml");
    String token =
        new TokenFile(file).create("me", Role.SUBMIT, TokenLimits.NONE, InstantSource.system());
    try (ServerFixture guarded =
        new ServerFixture(Options.defaults().withTokens(file), new TestRunner(), real.services())) {
      visit(guarded.port(), new Browser.NewContextOptions());
      assertThat(page.locator("#access")).isVisible();
      page.locator("#token").fill("wrong");
      page.keyboard().press("Enter");
      assertThat(page.locator("#token-error")).hasText("The server does not know this token.");
      audit();
      page.locator("#token").fill(token);
      page.keyboard().press("Enter");
      assertThat(page.locator("#access")).isHidden();
      write("python", "print('let in')\n");
      run();
      says("Ended well, with exit status 0.");
      assertThat(page.locator("#stdout")).hasText("let in\n");
      page.reload();
      assertThat(page.locator("#run")).isEnabled();
    }
  }

  @Test
  void nothingMovesWhileThePageLoadsAndRuns() {
    page.addInitScript(
        """
        window.moved = [];
        new PerformanceObserver(list => list.getEntries().forEach(one => moved.push(
            one.value + " " + one.sources.map(source => source.node?.id))))
          .observe({type: "layout-shift", buffered: true});
        """);
    page.reload();
    choose("python");
    run();
    says("Ended well, with exit status 0.");
    assertEquals(List.of(), page.evaluate("moved"));
  }

  /** Bytes of body and headers, as the browser has counted them. */
  @Test
  void pageIsLight() {
    choose("python");
    Number bytes =
        (Number)
            page.evaluate(
                """
                () => performance.getEntries().filter(one => one.transferSize)
                    .reduce((sum, one) => sum + one.transferSize, 0)
                """);
    assertTrue(bytes.longValue() > 0 && bytes.longValue() < 600_000, bytes::toString);
  }

  @Test
  void keyboardAloneIsEnough() {
    choose("python");
    page.locator("#language").focus();
    page.keyboard().press("Tab"); // Run
    page.keyboard().press("Tab"); // Share, for Stop is disabled
    page.keyboard().press("Tab"); // the editor
    page.keyboard().press("Control+a");
    page.keyboard().type("print('by keyboard')");
    page.keyboard().press("Control+m"); // Tab leaves the editor
    page.keyboard().press("Tab");
    assertEquals("stdin", page.evaluate("document.activeElement.id"));
    page.keyboard().press("Control+Enter");
    says("Ended well, with exit status 0.");
    assertThat(page.locator("#stdout")).hasText("by keyboard\n");
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void auditFindsNothing(ColorScheme scheme) throws IOException {
    visit(server.port(), new Browser.NewContextOptions().setColorScheme(scheme));
    write("c", "int main(void) {\n  return nothing; // \"text\" 12\n}\n");
    page.locator("#memory").fill("900TiB");
    run();
    audit();
    page.locator("#memory").fill("");
    run();
    says("Not compiled: the compiler found something wrong.");
    assertThat(page.locator("#runs button")).hasCount(1);
    audit();
    picture(scheme.name().toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void phoneHasEverythingWithinItsWidth() throws IOException {
    visit(server.port(), new Browser.NewContextOptions().setViewportSize(360, 740));
    write("python", "print('" + "wide ".repeat(100) + "')\nprint(1/0)\n");
    run();
    says("Ended with exit status 1.");
    fits(360);
    audit();
    picture("phone");
  }
}
