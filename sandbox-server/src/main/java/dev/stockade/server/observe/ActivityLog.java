package dev.stockade.server.observe;

import io.vertx.core.json.JsonObject;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * One line for each request and each job, as fields rather than words.
 *
 * <p>What is written is chosen here field by field, and nothing of a request's headers, query or
 * body is among it: no token, no source, no output.
 */
public final class ActivityLog {
  /** Writes nothing. */
  public static final ActivityLog OFF = new ActivityLog(false);

  private static final Logger REQUESTS = Logger.getLogger("stockade.request");
  private static final Logger JOBS = Logger.getLogger("stockade.job");

  private final boolean on;

  private ActivityLog(boolean on) {
    this.on = on;
  }

  /** Writes to the loggers {@code stockade.request} and {@code stockade.job}. */
  public static ActivityLog on() {
    return new ActivityLog(true);
  }

  /** A request has been answered, or its client has gone. */
  public void request(JsonObject fields) {
    write(REQUESTS, "request", fields);
  }

  /** A job has been run. */
  public void job(JsonObject fields) {
    write(JOBS, "job", fields);
  }

  private void write(Logger logger, String message, JsonObject fields) {
    if (on && logger.isLoggable(Level.INFO)) {
      LogRecord record = new LogRecord(Level.INFO, message);
      record.setLoggerName(logger.getName());
      record.setParameters(new Object[] {fields});
      logger.log(record);
    }
  }
}
