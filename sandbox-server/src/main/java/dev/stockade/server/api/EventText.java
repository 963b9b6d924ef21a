package dev.stockade.server.api;

import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobEvents;
import dev.stockade.server.job.Utf8;
import dev.stockade.server.judge.JudgeVerdict;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Locale;

/** Events of a job in the format of Server-Sent Events: the data is JSON on one line. */
final class EventText {
  private EventText() {}

  static String of(JobEvents.Numbered numbered) {
    JobEvent event = numbered.event();
    return "id: " + numbered.id() + "\n" + text(name(event), data(event));
  }

  /** Events that are not kept any more. It has no id of its own. */
  static String lost(long first, long last) {
    return text("lost", new JsonObject().put("first", first).put("last", last));
  }

  private static String text(String name, JsonObject data) {
    return "event: " + name + "\ndata: " + data.encode() + "\n\n";
  }

  private static String name(JobEvent event) {
    String type = event.getClass().getSimpleName();
    return type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
  }

  private static JsonObject data(JobEvent event) {
    if (event instanceof JobEvent.Queued queued) {
      return new JsonObject().put("position", queued.position());
    }
    if (event instanceof JobEvent.Compiling compiling) {
      return new JsonObject().put("part", lower(compiling.part()));
    }
    if (event instanceof JobEvent.Compiled compiled) {
      return new JsonObject()
          .put("part", lower(compiled.part()))
          .put("verdict", compiled.verdict().name())
          .put("cached", compiled.cached());
    }
    if (event instanceof JobEvent.TestStarted started) {
      return new JsonObject().put("test", started.test()).put("name", started.name());
    }
    if (event instanceof JobEvent.TestFinished finished) {
      return new JsonObject()
          .put("test", finished.test())
          .put("name", finished.name())
          .put("verdict", finished.verdict().name())
          .put("score", JudgementJson.number(finished.score()));
    }
    if (event instanceof JobEvent.Output output) {
      return data(output);
    }
    if (event instanceof JobEvent.Ended ended) {
      JudgeVerdict verdict = ended.verdict();
      return new JsonObject()
          .put("state", lower(ended.state()))
          .put("verdict", verdict == null ? null : verdict.name());
    }
    return new JsonObject();
  }

  private static JsonObject data(JobEvent.Output output) {
    JsonObject data = new JsonObject().put("stream", lower(output.stream()));
    if (output.test() != null) {
      data.put("test", output.test());
    }
    String text = Utf8.decode(output.bytes());
    return text == null
        ? data.put("base64", Base64.getEncoder().encodeToString(output.bytes()))
        : data.put("text", text);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
