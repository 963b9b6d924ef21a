package dev.stockade.server.api;

import dev.stockade.server.access.Caller;
import dev.stockade.server.access.Role;
import dev.stockade.server.files.FileRefusedException;
import dev.stockade.server.files.FileStore;
import dev.stockade.server.job.StoredFile;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** Storing, fetching and deleting files, in pieces. */
final class FileHandlers {
  /** Pieces written at one time; between two pieces an upload has no thread. */
  private static final int WRITERS = 4;

  private static final int PIECE_BYTES = 64 * 1024;

  private final Vertx vertx;
  private final Optional<FileStore> store;
  private final Duration bodyTime;
  private final WorkerExecutor writers;

  /**
   * @param store empty where this server keeps no files
   */
  FileHandlers(Vertx vertx, Optional<FileStore> store, Duration bodyTime) {
    this.vertx = vertx;
    this.store = store;
    this.bodyTime = bodyTime;
    this.writers = vertx.createSharedWorkerExecutor("stockade-files", WRITERS);
  }

  private FileStore store() {
    return store.orElseThrow(() -> new ProblemException(Problem.noFilesHere()));
  }

  /** The hash in the path. */
  static String nameOf(RoutingContext context) {
    String sha256 = context.pathParam(ContentReader.SHA256);
    if (!FileStore.isName(sha256)) {
      throw new ProblemException(
          Problem.badRequest(ContentReader.SHA256, "is not 64 lower-case hexadecimal digits"));
    }
    return sha256;
  }

  void put(RoutingContext context) {
    FileStore files = store();
    String sha256 = nameOf(context);
    HttpServerRequest request = context.request();
    long announced = BodyReader.announcedLength(request);
    boolean waits = BodyReader.waitsForContinue(request);
    if (waits) {
      Optional<StoredFile> there = files.find(sha256);
      if (there.isPresent()) {
        stored(context, false, sha256, there.get().bytes());
        ProblemWriter.closeUnlessEnded(context);
        return;
      }
    }
    request.pause();
    writers
        .executeBlocking(() -> files.begin(sha256, announced), false)
        .onFailure(refused -> context.fail(asProblem(refused)))
        .onSuccess(
            upload -> {
              FileReceiver receiver = new FileReceiver(vertx, writers, request, upload, bodyTime);
              if (waits) {
                request.response().writeContinue();
              }
              receiver
                  .receive()
                  .onSuccess(isNew -> stored(context, isNew, sha256, upload.received()))
                  .onFailure(refused -> context.fail(asProblem(refused)));
            });
  }

  private static void stored(RoutingContext context, boolean isNew, String sha256, long bytes) {
    Json.send(
        context,
        isNew ? 201 : 200,
        new JsonObject().put(ContentReader.SHA256, sha256).put("bytes", bytes));
  }

  private static Throwable asProblem(Throwable refused) {
    if (refused instanceof FileRefusedException known) {
      String why = String.valueOf(known.getMessage());
      return new ProblemException(
          switch (known.reason()) {
            case TOO_LARGE -> Problem.fileTooLarge(why);
            case FULL -> Problem.filesFull(why);
            case OTHER_HASH -> Problem.otherHash(why);
            case TOO_MANY -> Problem.tooManyUploads(why);
          });
    }
    return refused;
  }

  private StoredFile find(RoutingContext context) {
    return store()
        .find(nameOf(context))
        .orElseThrow(() -> new ProblemException(Problem.noSuchFile()));
  }

  private static HttpServerResponse described(RoutingContext context, StoredFile file) {
    return context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
        .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(file.bytes()));
  }

  void head(RoutingContext context) {
    described(context, find(context)).end();
  }

  void get(RoutingContext context) {
    StoredFile file = find(context);
    vertx
        .fileSystem()
        .open(file.path().toString(), new OpenOptions().setRead(true).setWrite(false))
        .onFailure(gone -> context.fail(new ProblemException(Problem.noSuchFile())))
        .onSuccess(open -> send(open.setReadBufferSize(PIECE_BYTES), described(context, file)));
  }

  private static void send(AsyncFile file, HttpServerResponse response) {
    file.pipe()
        .endOnFailure(false)
        .to(response)
        .onFailure(gone -> response.reset())
        .eventually(file::close);
  }

  void delete(RoutingContext context) {
    Caller caller = TokenGuard.callerOf(context);
    if (caller != null && caller.role() != Role.ADMIN) {
      throw new ProblemException(Problem.roleNeeded(Role.ADMIN));
    }
    FileStore files = store();
    String sha256 = nameOf(context);
    writers
        .executeBlocking(() -> files.delete(sha256), false)
        .onFailure(context::fail)
        .onSuccess(
            deleted -> {
              switch (deleted) {
                case GONE -> context.response().setStatusCode(204).end();
                case ABSENT -> context.fail(new ProblemException(Problem.noSuchFile()));
                case HELD -> context.fail(new ProblemException(Problem.fileHeld()));
              }
            });
  }
}
