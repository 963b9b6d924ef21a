package dev.stockade.server.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.WebSocketRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the page cannot do is said beside the control at fault; it never hangs, nothing is lost. */
@Tag("browser")
@Timeout(600)
final class PageBadInputIT extends PageVisit {
  @Test
  void millionLinesAreCutInThePageAndWholeInTheDownload() throws IOException {
    write("python", "for i in range(1000000): print(i)\n");
    page.locator("#output").fill("16MiB");
    page.locator("#wallTime").fill("2m"); // the program waits for the page
    run();
    says("Ended well, with exit status 0.");
    assertThat(page.locator("#stdout-note")).containsText("The first 200,000 characters of ");
    assertEquals(
        200_000, (Integer) page.evaluate("document.getElementById('stdout').textContent.length"));
    Download download = page.waitForDownload(() -> page.locator("#stdout-all").click());
    List<String> lines = Files.readAllLines(download.path());
    assertEquals(1_000_000, lines.size());
    assertEquals("999999", lines.get(999_999));
  }

  @Test
  void binaryOutputIsShownAsNumbers() {
    write("python", "import sys\nsys.stdout.buffer.write(bytes([255, 0, 1, 254]))\n");
    run();
    says("Ended well, with exit status 0.");
    assertThat(page.locator("#stdout")).hasText("00000000  ff 00 01 fe");
    assertThat(page.locator("#stdout-note")).containsText("Not text: 4 bytes");
  }

  @Test
  void limitAboveTheCeilingIsSaidBesideIt() {
    choose("python");
    page.locator("#memory").fill("900TiB");
    page.locator("#cpuTime").fill("soon");
    run();
    assertThat(page.locator("#memory-error")).containsText("The most that this server allows is ");
    assertThat(page.locator("#cpuTime-error")).hasText("Write it like 500ms or 2s.");
    assertThat(page.locator("#memory")).hasAttribute("aria-invalid", "true");
    says("Not run: see what is marked.");
  }

  @Test
  void tooMuchSourceIsSaidBesideTheEditor() {
    choose("python");
    page.evaluate(
        """
        () => {
          const root = document.getElementById("editor").shadowRoot;
          const data = new DataTransfer();
          data.setData("text/plain", "#".repeat(1100000));
          root.querySelector(".cm-content").dispatchEvent(
              new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }
        """);
    run();
    assertThat(page.locator("#source-error"))
        .hasText(
            Pattern.compile("Too much source: it is 1\\.05 MiB, and the server takes 1 MiB\\."));
  }

  @Test
  void textThatWouldBeLostStaysAndThatItIsTooLongIsSaid() {
    page.locator("#share").click();
    assertThat(page.locator("#link-text")).hasValue(Pattern.compile(".*#program=[\\w-]+"));
    String link = page.locator("#link-text").inputValue();
    page.navigate("about:blank");
    page.navigate("http://127.0.0.1:" + server.port() + "/");
    choose("python");
    page.evaluate("document.getElementById('stdin').value = 'x'.repeat(3000000)");
    page.locator("#share").click();
    assertThat(page.locator("#share-said")).containsText("Too long for a link.");
    page.navigate(link);
    assertThat(page.locator("#source-error")).containsText("what you typed would be lost");
    assertEquals(3_000_000, page.evaluate("document.getElementById('stdin').value.length"));
  }

  @Test
  void brokenLinkIsSaidInWords() {
    visit();
    page.navigate("http://127.0.0.1:" + server.port() + "/#program=AAAA");
    page.reload();
    assertThat(page.locator("#source-error")).containsText("the link is not whole");
  }

  @Test
  void deadServerIsSaidAndNothingTypedIsLost() {
    ServerFixture dying = new ServerFixture();
    visit(dying.port(), new Browser.NewContextOptions());
    write("python", "print('still here')\n");
    dying.close();
    run();
    assertThat(page.locator("#run-error")).containsText("The server does not answer");
    assertThat(page.locator(".cm-content")).containsText("print('still here')");
    assertThat(page.locator("#run")).isEnabled();
  }

  @Test
  void lostConnectionIsSaidAndNothingTypedIsLost() {
    page.routeWebSocket(
        Pattern.compile(".*/v1/sessions"),
        route -> {
          WebSocketRoute far = route.connectToServer();
          far.onMessage(
              frame -> {
                if (frame.text() == null || !frame.text().contains("accepted")) {
                  route.close(new WebSocketRoute.CloseOptions().setCode(1001).setReason("gone"));
                } else {
                  route.send(frame.text());
                }
              });
        });
    page.reload();
    write("python", "print('once', flush=True)\n");
    run();
    assertThat(page.locator("#run-error")).containsText("The connection was lost");
    assertThat(page.locator(".cm-content")).containsText("print('once', flush=True)");
    assertThat(page.locator("#run")).isEnabled();
  }

  /** As a network that goes away leaves it: nothing is said, nothing is closed. */
  @Test
  void connectionThatFallsSilentIsLostWhenTheServerDoesNotAnswerEither() {
    page.routeWebSocket(Pattern.compile(".*/v1/sessions"), route -> {});
    page.route("**/livez", route -> route.abort());
    page.reload();
    choose("python");
    run();
    assertThat(page.locator("#run-error")).containsText("The connection was lost");
    assertThat(page.locator("#run")).isEnabled();
  }

  @Test
  void tooMuchInTheTestsIsSaidBesideThem() {
    choose("python");
    page.locator("#tests > summary").click();
    page.locator("#add-test").click();
    page.evaluate("document.querySelector('.test textarea').value = 'x'.repeat(17 << 20)");
    page.locator("#judge").click();
    assertThat(page.locator("#tests-error"))
        .hasText(Pattern.compile("Too much in the tests: a body has at most .*"));
    assertThat(page.locator("#run")).isEnabled();
  }
}
