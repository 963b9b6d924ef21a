package dev.stockade.server.api;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.access.Caller;
import dev.stockade.server.access.Role;
import dev.stockade.server.files.FileStore;
import dev.stockade.server.files.Storer;
import dev.stockade.server.job.FilesGoneException;
import dev.stockade.server.job.StoredFile;
import dev.stockade.server.job.StoredFiles;
import io.vertx.core.Future;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Storing, fetching and deleting files, in pieces. */
final class FileHandlers {
  /** Pieces written at one time; between two pieces an upload has no thread. */
  private static final int WRITERS = 4;

  private static final int PIECE_BYTES = 64 * 1024;

  private final Vertx vertx;
  private final FileStore store;
  private final Duration bodyTime;
  private final WorkerExecutor writers;
  private final StoreThreads keepers;

  FileHandlers(Vertx vertx, FileStore store, Duration bodyTime) {
    this.vertx = vertx;
    this.store = store;
    this.bodyTime = bodyTime;
    this.writers = vertx.createSharedWorkerExecutor("stockade-files", WRITERS);
    this.keepers = StoreThreads.ofFiles(vertx);
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
    String sha256 = nameOf(context);
    HttpServerRequest request = context.request();
    long announced = BodyReader.announcedLength(request);
    boolean waits = BodyReader.waitsForContinue(request);
    request.pause();
    (waits ? find(sha256) : Future.succeededFuture(Optional.<StoredFile>empty()))
        .onFailure(context::fail)
        .onSuccess(
            there -> {
              if (there.isPresent()) {
                stored(context, false, sha256, there.get().bytes());
                ProblemWriter.closeUnlessEnded(context);
              } else {
                takeIn(context, sha256, announced, waits);
              }
            });
  }

  private void takeIn(RoutingContext context, String sha256, long announced, boolean waits) {
    HttpServerRequest request = context.request();
    Storer storer = storerOf(TokenGuard.callerOf(context));
    keepers
        .run(() -> store.begin(sha256, announced, storer))
        .onFailure(context::fail)
        .onSuccess(
            upload -> {
              FileReceiver receiver =
                  new FileReceiver(vertx, writers, keepers, request, upload, bodyTime);
              if (waits) {
                request.response().writeContinue();
              }
              receiver
                  .receive()
                  .onSuccess(isNew -> stored(context, isNew, sha256, upload.received()))
                  .onFailure(context::fail);
            });
  }

  private static Storer storerOf(@Nullable Caller caller) {
    return caller == null
        ? Storer.unlimited("")
        : new Storer(caller.name(), ByteSize.ofBytes(caller.limits().storedBytes()));
  }

  private static void stored(RoutingContext context, boolean isNew, String sha256, long bytes) {
    Json.send(
        context,
        isNew ? 201 : 200,
        new JsonObject().put(ContentReader.SHA256, sha256).put("bytes", bytes));
  }

  private Future<Optional<StoredFile>> find(String sha256) {
    return keepers.run(() -> findNow(sha256));
  }

  private Optional<StoredFile> findNow(String sha256) {
    store.lookUp(Set.of(sha256));
    return store.find(sha256);
  }

  private static HttpServerResponse described(RoutingContext context, StoredFile file) {
    return context
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
        .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(file.bytes()));
  }

  void head(RoutingContext context) {
    find(nameOf(context))
        .onFailure(context::fail)
        .onSuccess(
            found -> {
              if (found.isPresent()) {
                described(context, found.get()).end();
              } else {
                context.fail(new ProblemException(Problem.noSuchFile()));
              }
            });
  }

  /** A file that is on this host until its hold is closed. */
  private record Held(StoredFile file, StoredFiles.Hold hold) {}

  private Optional<Held> hold(String sha256) {
    try {
      return findNow(sha256).map(file -> new Held(file, store.bring(Set.of(sha256))));
    } catch (FilesGoneException deletedMeanwhile) {
      return Optional.empty();
    }
  }

  void get(RoutingContext context) {
    String sha256 = nameOf(context);
    keepers
        .run(() -> hold(sha256))
        .onFailure(context::fail)
        .onSuccess(
            found -> {
              if (found.isPresent()) {
                send(context, found.get());
              } else {
                context.fail(new ProblemException(Problem.noSuchFile()));
              }
            });
  }

  private void send(RoutingContext context, Held held) {
    vertx
        .fileSystem()
        .open(held.file().path().toString(), new OpenOptions().setRead(true).setWrite(false))
        .onComplete(opened -> held.hold().close()) // what is open can be read to its end
        .onFailure(gone -> context.fail(new ProblemException(Problem.noSuchFile())))
        .onSuccess(
            open -> send(open.setReadBufferSize(PIECE_BYTES), described(context, held.file())));
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
    String sha256 = nameOf(context);
    keepers
        .run(() -> store.delete(sha256))
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
