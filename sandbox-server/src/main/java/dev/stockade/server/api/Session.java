package dev.stockade.server.api;

import dev.stockade.core.LiveRun;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Durations;
import dev.stockade.server.access.Caller;
import dev.stockade.server.job.AttendedJob;
import dev.stockade.server.job.Job;
import dev.stockade.server.job.JobError;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client that attends one program. Everything happens on the client's event loop but what is
 * heard from the run.
 *
 * <p>What the program writes is told to {@link LiveRun#taken} when it has been written to the
 * socket: a client that takes nothing holds up the program, not the server. What the client writes
 * is read from the socket as long as the program takes it.
 */
final class Session implements LiveRun.Listener {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  /** Between two pings; also what notices that a client is gone while it is not read. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  /** For a client to take what is left when its program has ended. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(60);

  /** So that no message of ours is longer than what any client takes in one frame. */
  private static final int PIECE_BYTES = 32 << 10;

  private static final String LARGEST = ByteSize.ofBytes(SessionHandlers.MESSAGE_BYTES).toString();

  private final SessionHandlers server;
  private final Vertx vertx;
  private final Context loop;
  private final HttpConnection connection;
  private final ServerWebSocket socket;
  private final @Nullable Caller caller;
  private final ByteBudget.Share share;
  private @Nullable LiveRun attended;
  private @Nullable Job job;
  private boolean begun;
  private boolean inputEnded;
  private boolean over;
  private long timer;
  private long heartbeat;

  Session(
      SessionHandlers server,
      Vertx vertx,
      HttpConnection connection,
      ServerWebSocket socket,
      @Nullable Caller caller) {
    this.server = server;
    this.vertx = vertx;
    this.loop = vertx.getOrCreateContext();
    this.connection = connection;
    this.socket = socket;
    this.caller = caller;
    this.share = server.budget().open();
  }

  /**
   * @param whenClosed called when the connection is closed
   */
  void start(Runnable whenClosed) {
    Duration bodyTime = server.bounds().bodyTime();
    socket.textMessageHandler(message -> handle(() -> text(message)));
    socket.binaryMessageHandler(message -> handle(() -> input(message.getBytes())));
    socket.exceptionHandler(this::failed);
    socket.closeHandler(
        closed -> {
          whenClosed.run();
          gone();
        });
    timer =
        vertx.setTimer(
            bodyTime.toMillis(), late -> refuse(Problem.bodyTooSlow(Durations.render(bodyTime))));
    heartbeat = vertx.setPeriodic(HEARTBEAT.toMillis(), tick -> beat());
  }

  /** Vert.x has this for a message that is too long; what breaks the connection is no more news. */
  private void failed(Throwable failure) {
    if (!socket.isClosed() && failure instanceof IllegalStateException) {
      refuse(Problem.bodyTooLarge(LARGEST));
    }
  }

  private void beat() {
    if (!over && !socket.isClosed() && !socket.writeQueueFull()) {
      socket.writePing(Buffer.buffer());
    }
  }

  private void handle(Runnable action) {
    if (over) {
      return;
    }
    try {
      action.run();
    } catch (RuntimeException failure) {
      refuse(failure);
    }
  }

  private void text(String message) {
    if (begun) {
      obey(server.readWord(message));
    } else {
      begin(message);
    }
  }

  private void begin(String message) {
    begun = true;
    vertx.cancelTimer(timer);
    int bytes = message.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > server.bounds().maxBody().bytes()) {
      throw new ProblemException(Problem.bodyTooLarge(server.bounds().maxBody().toString()));
    }
    if (!share.grow(bytes)) {
      throw new ProblemException(
          Problem.tooManyJobs("the jobs that wait hold as much input as the server takes"));
    }
    socket.pause(); // what follows is for a program that is not there yet
    server
        .readFirst(message)
        .onSuccess(first -> handle(() -> submit(first)))
        .onFailure(this::refuse);
  }

  private void submit(SessionParser.First first) {
    SessionParser.Size size = first.terminal();
    LiveRun live =
        size == null ? new LiveRun(this) : LiveRun.onTerminal(size.rows(), size.columns(), this);
    attended = live;
    Job submitted = server.submit(new AttendedJob(first.job(), live), caller);
    job = submitted;
    submitted.beforeEnd(share::close);
    socket.resume();
    send(new JsonObject().put("accepted", JobJson.reference(submitted.snapshot())));
    submitted.onEnd(() -> loop.runOnContext(ended -> ended(submitted)));
  }

  /** The client's side of the program, once its job is read: until then the socket is paused. */
  private LiveRun live() {
    if (attended == null) {
      throw new IllegalStateException("there is no job yet");
    }
    return attended;
  }

  private void input(byte[] bytes) {
    if (!begun) {
      throw new ProblemException(Problem.badRequest("body", "the first message is a job, as text"));
    }
    if (inputEnded) {
      throw new ProblemException(Problem.badRequest("stdin", "has ended"));
    }
    if (!live().write(bytes)) {
      socket.pause();
    }
  }

  private void obey(SessionParser.Word word) {
    if (word instanceof SessionParser.Input input) {
      input(input.bytes());
    } else if (word instanceof SessionParser.Signalled signalled) {
      live().signal(signalled.signal());
    } else if (word instanceof SessionParser.Resized resized) {
      resize(resized.size());
    } else {
      inputEnded = true;
      live().endInput();
    }
  }

  private void resize(SessionParser.Size size) {
    if (!live().hasTerminal()) {
      throw new ProblemException(
          Problem.badRequest("resize", "is for a session whose first message has a terminal"));
    }
    live().resize(size.rows(), size.columns());
  }

  @Override
  public void wantsInput() {
    loop.runOnContext(called -> socket.resume());
  }

  /** A binary message: 1 or 2 for the stream, then what was written. */
  @Override
  public void wrote(LiveRun.Stream stream, byte[] bytes) {
    loop.runOnContext(called -> tell(stream, bytes));
  }

  private void tell(LiveRun.Stream stream, byte[] bytes) {
    if (over || socket.isClosed()) {
      return;
    }
    byte tag = (byte) (stream == LiveRun.Stream.STDOUT ? 1 : 2);
    for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
      int length = Math.min(PIECE_BYTES, bytes.length - from);
      Buffer piece =
          Buffer.buffer(1 + length)
              .appendByte(tag)
              .appendBytes(Arrays.copyOfRange(bytes, from, from + length));
      socket.writeBinaryMessage(piece).onComplete(written -> live().taken(length));
    }
  }

  private void send(JsonObject message) {
    if (socket.isClosed()) {
      return;
    }
    socket.writeTextMessage(message.encode());
  }

  private void ended(Job ended) {
    if (over) {
      return;
    }
    Job.Snapshot end = ended.snapshot();
    JobError error = end.error();
    if (error != null) {
      refuse(Problem.ofJob(error, end.id()));
    } else {
      over = true;
      server
          .result(end)
          .onSuccess(
              message -> {
                if (socket.isClosed()) {
                  return;
                }
                socket.writeTextMessage(message.toString(StandardCharsets.UTF_8));
                hangUp(1000, "ended");
              })
          .onFailure(
              failure -> {
                log.error("the result of job {} cannot be rendered", end.id(), failure);
                hangUp(1011, "internal-error");
              });
    }
  }

  private void refuse(Throwable failure) {
    refuse(ProblemWriter.problemOf(failure, "session"));
  }

  /** Says what is wrong, and ends the session with its run. */
  private void refuse(Problem problem) {
    if (over) {
      return;
    }
    over = true;
    endRun();
    send(new JsonObject().put("problem", problem.toJson()));
    hangUp(closeCode(problem.status()), problem.name());
  }

  /** RFC 6455 section 7.4: too big, policy violation, internal error, try again later. */
  private static int closeCode(int status) {
    if (status == 413) {
      return 1009;
    }
    return status == 429 || status == 503 ? 1013 : status >= 500 ? 1011 : 1008;
  }

  private void hangUp(int code, String reason) {
    vertx.cancelTimer(timer);
    if (socket.isClosed()) {
      return;
    }
    socket.resume(); // or its answer would never be read
    socket.close((short) code, reason);
    timer = vertx.setTimer(LAST_WORDS.toMillis(), late -> CutOff.reset(connection));
  }

  private void gone() {
    over = true;
    vertx.cancelTimer(timer);
    vertx.cancelTimer(heartbeat);
    endRun();
  }

  private void endRun() {
    Job running = job;
    if (running == null) {
      share.close();
    } else if (!running.snapshot().state().isFinal()) {
      server.jobs().cancel(running);
    }
  }
}
