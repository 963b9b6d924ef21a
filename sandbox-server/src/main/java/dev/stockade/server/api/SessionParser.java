package dev.stockade.server.api;

import dev.stockade.core.LiveRun;
import dev.stockade.server.job.JobRequest;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the messages of a session: a job first, then what its program is told. */
final class SessionParser {
  private static final String SIGNAL = "signal";
  private static final String STDIN = "stdin";
  private static final String RESIZE = "resize";
  private static final String TERMINAL = "terminal";
  private static final String ROWS = "rows";
  private static final String COLUMNS = "columns";
  private static final List<String> KINDS = List.of(SIGNAL, STDIN, RESIZE);

  /** What the kernel has room for, {@code struct winsize} of ioctl_tty(2). */
  private static final int LARGEST = 65_535;

  private static final List<String> SIGNALS =
      Stream.of(LiveRun.Signal.values()).map(Enum::name).toList();

  /** What a job may have and a session's may not. */
  private static final Set<String> NOT_HERE =
      Set.of(
          "tests",
          "groups",
          "checker",
          "interactor",
          "parallelism",
          "stopOnFirstFailure",
          "keepOutput",
          "programs",
          "outputEvents",
          JobParser.PRIORITY,
          JobParser.CALLBACK);

  private final JobParser jobs;

  SessionParser(JobParser jobs) {
    this.jobs = jobs;
  }

  /** The size of a terminal, in characters. */
  record Size(int rows, int columns) {}

  /**
   * The first message.
   *
   * @param terminal what the program gets as its standard streams; {@code null}: pipes
   */
  record First(JobRequest job, @Nullable Size terminal) {}

  /** What a program is told by one message. */
  sealed interface Word {}

  /** Bytes for its standard input. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Input(byte[] bytes) implements Word {}

  /** Its standard input ends. */
  record EndOfInput() implements Word {}

  /** Its terminal has another size. */
  record Resized(Size size) implements Word {}

  /** It gets a signal. */
  record Signalled(LiveRun.Signal signal) implements Word {}

  /**
   * Reads the first message.
   *
   * @throws ProblemException with every fault found
   */
  First first(JsonObject message) {
    FieldErrors errors = new FieldErrors();
    for (String key : message.fieldNames()) {
      if (NOT_HERE.contains(key)) {
        errors.add(key, "is nothing for a session");
      }
    }
    if (message.containsKey(STDIN)) {
      errors.add(STDIN, "comes in messages of its own while the program runs");
    }
    Size terminal = null;
    JsonObject job = message;
    if (message.containsKey(TERMINAL)) {
      terminal = size(message.getValue(TERMINAL), TERMINAL, new Values(errors));
      job = new JsonObject(new LinkedHashMap<>(message.getMap()));
      job.remove(TERMINAL);
    }
    errors.throwIfAny();
    return new First(jobs.parse(job), terminal);
  }

  private static Size size(@Nullable Object value, String field, Values values) {
    JsonObject size = values.object(value, field);
    values.onlyKeys(size, field, Set.of(ROWS, COLUMNS), "the size of a terminal");
    return new Size(
        values.whole(size.getValue(ROWS), field + "." + ROWS, 1, LARGEST),
        values.whole(size.getValue(COLUMNS), field + "." + COLUMNS, 1, LARGEST));
  }

  /**
   * Reads a later message.
   *
   * @throws ProblemException with every fault found
   */
  Word word(JsonObject message) {
    FieldErrors errors = new FieldErrors();
    Values values = new Values(errors);
    values.onlyKeys(message, "", Set.copyOf(KINDS), "a message");
    errors.throwIfAny();
    if (message.size() != 1) {
      throw new ProblemException(
          Problem.badRequest("body", "must have one of " + String.join(", ", KINDS)));
    }
    Word word;
    if (message.containsKey(SIGNAL)) {
      word = signal(message.getValue(SIGNAL), errors);
    } else if (message.containsKey(RESIZE)) {
      word = new Resized(size(message.getValue(RESIZE), RESIZE, values));
    } else {
      word = input(message.getValue(STDIN), values);
    }
    errors.throwIfAny();
    return word;
  }

  private static Word signal(Object value, FieldErrors errors) {
    if (value instanceof String name && SIGNALS.contains(name)) {
      return new Signalled(LiveRun.Signal.valueOf(name));
    }
    errors.add(SIGNAL, "must be one of " + String.join(", ", SIGNALS));
    return new EndOfInput();
  }

  private static Word input(Object value, Values values) {
    return "eof".equals(value) ? new EndOfInput() : new Input(values.bytesInObject(value, STDIN));
  }
}
