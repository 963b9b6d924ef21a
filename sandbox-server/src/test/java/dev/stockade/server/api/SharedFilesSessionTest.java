package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.command;
import static dev.stockade.server.api.StoredBytes.HELLO;
import static dev.stockade.server.api.StoredBytes.HELLO_HASH;
import static dev.stockade.server.api.StoredBytes.pathOf;
import static dev.stockade.server.api.StoredBytes.stored;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.server.StockadeServer;
import dev.stockade.server.files.FileLimits;
import dev.stockade.server.files.FileStore;
import dev.stockade.server.files.KeptFiles;
import dev.stockade.server.files.SharedFiles;
import dev.stockade.server.job.JobStore.Retention;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Traces;
import dev.stockade.server.store.JobQueue;
import dev.stockade.server.store.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that are attended, and fetches, with files that servers share. */
@Timeout(120)
class SharedFilesSessionTest {
  @TempDir private Path folder;
  private final KeptFiles kept = new KeptFiles();

  private ServerFixture server() {
    Stores.Opener store =
        new Stores.Opener() {
          @Override
          public JobQueue open(Retention retention) {
            return Stores.inMemory(retention);
          }

          @Override
          public FileStore openFiles(FileLimits limits) {
            return SharedFiles.open(kept, folder, limits);
          }
        };
    return new ServerFixture(
        new StockadeServer.Services(
            new TestRunner(),
            TestLanguage.ALL,
            PolicyCatalog.shipped(),
            () -> null,
            store,
            new Metrics(),
            ActivityLog.OFF,
            Traces.OFF));
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
