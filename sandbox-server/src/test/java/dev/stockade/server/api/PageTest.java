package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.api.ServerFixture.Answer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page and its files as HTTP has them. */
final class PageTest {
  private static final Pattern IMPORT_MAP =
      Pattern.compile("<script type=\"importmap\">(.*?)</script>");
  private static final Pattern OWN_IMPORT = Pattern.compile("from \"\\./([a-z-]+\\.js)\"");
  private static final Pattern LIBRARY =
      Pattern.compile("(?m)(?:^import .*? from |^\\} from |import\\()['\"]([a-z@][^'\"]*)['\"]");

  private static ServerFixture server;

  @BeforeAll
  static void open() {
    server = new ServerFixture();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static Answer fetch(String path) {
    Answer answer = server.get(path);
    assertEquals(200, answer.status(), path);
    return answer;
  }

  private static String text(Answer answer) {
    assertNotNull(answer.body());
    return answer.body().toString(StandardCharsets.UTF_8);
  }

  private static String importMap() {
    Matcher map = IMPORT_MAP.matcher(text(fetch("/")));
    assertTrue(map.find());
    return map.group(1);
  }

  @Test
  void onlyTheImportMapMayRunInline() throws GeneralSecurityException {
    String policy = String.valueOf(fetch("/").headers().get("content-security-policy"));
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(importMap().getBytes(StandardCharsets.UTF_8));
    assertEquals(
        "default-src 'none'; script-src 'self' 'sha256-"
            + Base64.getEncoder().encodeToString(hash)
            + "'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'",
        policy);
    String page = text(fetch("/"));
    assertFalse(page.contains(" style="), "no style that the policy forbids");
    assertEquals(2, page.split("<script", -1).length - 1);
  }

  @Test
  void everyModuleOfTheImportMapIsThereAndImportsWhatIsThere() {
    JsonObject imports = new JsonObject(importMap()).getJsonObject("imports");
    assertTrue(imports.containsKey("codemirror"), imports::encode);
    for (String name : imports.fieldNames()) {
      Answer module = fetch(imports.getString(name));
      assertEquals("text/javascript; charset=utf-8", module.headers().get("content-type"));
      assertEquals(
          "public, max-age=31536000, immutable", module.headers().get("cache-control"), name);
      assertImports(name, text(module), imports);
    }
  }

  @Test
  void everyFileOfThePageIsThereAndImportsWhatIsThere() {
    JsonObject imports = new JsonObject(importMap()).getJsonObject("imports");
    for (String name : List.of("main.js", "editor.js", "program.js", "session.js")) {
      Answer module = fetch("/page/" + name);
      assertEquals("no-cache", module.headers().get("cache-control"));
      assertImports(name, text(module), imports);
      Matcher own = OWN_IMPORT.matcher(text(module));
      while (own.find()) {
        fetch("/page/" + own.group(1));
      }
    }
    assertEquals("text/css; charset=utf-8", fetch("/page/page.css").headers().get("content-type"));
    assertEquals("image/svg+xml", fetch("/page/icon.svg").headers().get("content-type"));
  }

  private static void assertImports(String name, String source, JsonObject imports) {
    Matcher library = LIBRARY.matcher(source);
    while (library.find()) {
      String wanted = library.group(1);
      assertTrue(imports.containsKey(wanted), () -> name + " imports " + wanted);
    }
  }

  @Test
  void whatHasNotChangedIsNotSentAgain() {
    Answer first = fetch("/page/main.js");
    String etag = String.valueOf(first.headers().get("etag"));
    Answer again = server.send(HttpMethod.GET, "/page/main.js", "If-None-Match", etag);
    assertEquals(304, again.status());
    assertNull(again.body());
    assertEquals(
        200, server.send(HttpMethod.GET, "/page/main.js", "If-None-Match", "\"x\"").status());
    assertNotEquals(etag, fetch("/page/page.css").headers().get("etag"));
  }

  @Test
  void whoTakesGzipGetsIt() throws IOException {
    Answer plain = fetch("/page/main.js");
    assertNull(plain.headers().get("content-encoding"));
    Answer packed = server.send(HttpMethod.GET, "/page/main.js", "Accept-Encoding", "br, gzip");
    assertEquals("gzip", packed.headers().get("content-encoding"));
    assertNotNull(packed.body());
    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(packed.body().getBytes()))) {
      assertEquals(text(plain), new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void headHasNoBody() {
    Answer head = await(server.begin(HttpMethod.HEAD, "/", null));
    assertEquals(200, head.status());
    assertNull(head.body());
    assertEquals("text/html; charset=utf-8", head.headers().get("content-type"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/index.html",
        "/page/nothing.js",
        "/page/../META-INF/importmap.json",
        "/page/%2e%2e/META-INF/importmap.json",
        "/_static/codemirror/6.0.1/package.json",
        "/_static/codemirror/6.0.1/dist/",
        "/_static/../../importmap.json"
      })
  void nothingElseOfTheClassPathCanBeFetched(String path) {
    server.get(path).problem(404);
  }

  @Test
  void pagesOfOthersCannotFetchIt() {
    server.send(HttpMethod.GET, "/", "Origin", "http://evil.example").problem(403);
    assertEquals(
        "same-origin", fetch("/page/main.js").headers().get("cross-origin-resource-policy"));
  }

  @Test
  void nothingCanBeSentToIt() {
    assertEquals(
        "the methods of this path are: GET, HEAD",
        server.post("/", new JsonObject()).problem(405).getString("detail"));
  }
}
