package dev.stockade.server.observe;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Writes each log record as one line of JSON. */
public final class JsonLines extends Formatter {
  /** Has all that is logged in this process written this way. */
  public static void install() {
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.setFormatter(new JsonLines());
    }
  }

  @Override
  public String format(LogRecord entry) {
    JsonObject line =
        new JsonObject()
            .put("time", entry.getInstant().toString())
            .put("level", entry.getLevel().getName())
            .put("logger", entry.getLoggerName())
            .put("message", formatMessage(entry));
    Object[] parameters = entry.getParameters();
    if (parameters != null
        && parameters.length == 1
        && parameters[0] instanceof JsonObject fields) {
      fields.forEach(field -> line.put(field.getKey(), field.getValue()));
    }
    Throwable thrown = entry.getThrown();
    if (thrown != null) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      line.put("error", trace.toString());
    }
    return line.encode() + "\n";
  }
}
