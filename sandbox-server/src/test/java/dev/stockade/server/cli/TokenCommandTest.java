package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.access.ApiToken;
import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCommandTest {
  @TempDir private Path folder;

  private CommandLineFixture run(int status, String... words) {
    CommandLineFixture stockade = new CommandLineFixture();
    String[] all = new String[words.length + 3];
    all[0] = "token";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--tokens";
    all[words.length + 2] = file().toString();
    assertEquals(status, stockade.execute(all), () -> stockade.out() + stockade.err());
    return stockade;
  }

  private Path file() {
    return folder.resolve("tokens");
  }

  @Test
  void tokenIsMadeListedAndRevoked() {
    String token =
        run(0, "create", "judge", "--role", "submit", "--rate", "600", "--jobs", "50")
            .out()
            .strip();
    assertTrue(token.matches("stk_[A-Za-z0-9_-]{43}"), token);
    ApiToken kept = new TokenFile(file()).read().get(0);
    assertEquals(Role.SUBMIT, kept.role());
    run(0, "create", "prometheus", "--role", "read", "--files", "1536KiB");
    String list = run(0, "list").out();
    assertEquals(
        "judge  submit  600 requests/min  50 jobs  any files  since "
            + kept.createdAt()
            + "\nprometheus  read  any rate  any jobs  1536KiB of files  since "
            + new TokenFile(file()).read().get(1).createdAt()
            + "\n",
        list);
    assertFalse(list.contains(token.substring(4)));
    run(0, "revoke", "judge");
    assertTrue(run(0, "list").out().startsWith("prometheus  read  "));
  }

  @Test
  void jsonHasNullForWhatIsNotLimited() {
    String made = run(0, "create", "judge", "--rate", "600", "--json").out();
    assertTrue(new JsonObject(made).getString("token").startsWith("stk_"), made);
    JsonObject listed = new JsonArray(run(0, "list", "--json").out().strip()).getJsonObject(0);
    ApiToken kept = new TokenFile(file()).read().get(0);
    assertEquals(
        new JsonObject()
            .put("name", "judge")
            .put("role", "submit")
            .put("requestsPerMinute", 600)
            .putNull("unfinishedJobs")
            .putNull("storedBytes")
            .put("createdAt", kept.createdAt().toString()),
        listed);
    assertEquals("{\"revoked\":\"judge\"}\n", run(0, "revoke", "judge", "--json").out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          create|stockade: token: NAME is missing
          create a --role root|stockade: --role: root is not submit, read or admin
          create a/b|stockade: token: name: is 1 to 64 letters, digits, '.', '_' and '-'
          create a --rate -1|stockade: token: requestsPerMinute: is 0 to 1000000
          """)
  void badTokensAreNotMade(String words, String message) {
    assertEquals(message, run(64, words.split(" ")).err().lines().findFirst().orElse(""));
    assertFalse(Files.exists(file()));
  }

  @Test
  void fileThatIsNotThereIsNamed() {
    String missing = file() + " does not exist; ./stockade token create makes it";
    assertEquals("stockade: " + missing, run(64, "list").err().strip());
    assertEquals("stockade: " + missing, run(64, "revoke", "a").err().strip());
  }
}
