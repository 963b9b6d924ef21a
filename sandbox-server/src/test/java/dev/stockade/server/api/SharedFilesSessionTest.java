package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.command;
import static dev.stockade.server.api.StoredBytes.HELLO;
import static dev.stockade.server.api.StoredBytes.HELLO_HASH;
import static dev.stockade.server.api.StoredBytes.pathOf;
import static dev.stockade.server.api.StoredBytes.stored;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.server.files.KeptFiles;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that are attended, and fetches, with files that servers share. */
@Timeout(120)
class SharedFilesSessionTest {
  @TempDir private Path folder;
  private final KeptFiles kept = new KeptFiles();

  private ServerFixture server() {
    return new ServerFixture(
        new SharedStore(kept, folder, UnaryOperator.identity()).services(new TestRunner()));
  }

  private static JsonObject withFile() {
    return command("cat")
        .put("files", new JsonObject().put("a", stored(HELLO_HASH)))
        .put("outputFiles", new JsonArray().add("a"));
  }

  @Test
  void fileIsHereBeforeTheProgram() {
    kept.files.put(HELLO_HASH, HELLO);
    try (ServerFixture server = server();
        SessionClient session = new SessionClient(server.port())) {
      session.say(withFile()).answer("accepted");
      JsonObject result = session.answer("result");
      assertEquals("OK", result.getString("verdict"), result::encodePrettily);
    }
  }

  @Test
  void fileThatIsDeletedMeanwhileIsNamed() {
    kept.files.put(HELLO_HASH, HELLO);
    kept.beforeRead = kept.files::clear;
    try (ServerFixture server = server();
        SessionClient session = new SessionClient(server.port())) {
      JsonObject problem = session.say(withFile()).answer("problem");
      assertEquals("files[\"a\"].sha256", problem.getString("field"), problem::encodePrettily);
    }
  }

  @Test
  void sharedFileThatIsDeletedWhileItIsFetchedIsNotThere() {
    kept.files.put(HELLO_HASH, HELLO);
    kept.beforeRead = kept.files::clear;
    try (ServerFixture server = server()) {
      server.get(pathOf(HELLO)).problem(404);
    }
  }

  @Test
  void fileThatIsNotStoredIsNamed() {
    try (ServerFixture server = server();
        SessionClient session = new SessionClient(server.port())) {
      JsonObject problem = session.say(withFile()).answer("problem");
      assertEquals("files[\"a\"].sha256", problem.getString("field"), problem::encodePrettily);
    }
  }
}
