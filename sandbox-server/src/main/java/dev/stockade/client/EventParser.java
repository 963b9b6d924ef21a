package dev.stockade.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.util.Set;

/** Reads the events of one answer in the format of Server-Sent Events. */
final class EventParser {
  private static final Set<String> KNOWN =
      Set.of(
          "queued",
          "started",
          "compiling",
          "compiled",
          "testStarted",
          "testFinished",
          "output",
          "lost",
          "ended");

  private final BufferedReader lines;
  private final Runnable heard;

  /**
   * @param heard called for each line, comments included
   */
  EventParser(BufferedReader lines, Runnable heard) {
    this.lines = lines;
    this.heard = heard;
  }

  /**
   * The next event.
   *
   * @throws EOFException when the answer has ended
   */
  JobEvent next() throws IOException {
    String name = null;
    long id = 0;
    StringBuilder data = new StringBuilder();
    while (true) {
      String line = line();
      if (line.isEmpty()) {
        if (name != null) {
          return event(name, id, data.toString());
        }
      } else if (line.startsWith("id: ")) {
        id = number(line.substring(4));
      } else if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data.append(line.substring(6));
      }
    }
  }

  private String line() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new EOFException("the events broke off");
    }
    heard.run();
    return line;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw JsonObject.bad("an event's id", "is " + text);
    }
  }

  private static JobEvent event(String name, long id, String data) {
    if (!KNOWN.contains(name)) {
      return new JobEvent.Other(id, name, data);
    }
    JsonObject json = JsonObject.parse(data.getBytes(UTF_8));
    return switch (name) {
      case "queued" -> new JobEvent.Queued(id, json.count("position"));
      case "started" -> new JobEvent.Started(id);
      case "compiling" -> new JobEvent.Compiling(id, part(json));
      case "compiled" ->
          new JobEvent.Compiled(
              id, part(json), json.constant("verdict", Verdict.class), json.flag("cached"));
      case "testStarted" -> new JobEvent.TestStarted(id, json.count("test"), json.text("name"));
      case "testFinished" ->
          new JobEvent.TestFinished(
              id,
              json.count("test"),
              json.text("name"),
              json.constant("verdict", Verdict.class),
              json.decimal("score"));
      case "output" ->
          new JobEvent.Output(
              id,
              json.constant("stream", JobEvent.Channel.class),
              json.countOrNull("test"),
              JobReader.textOrBase64(json));
      case "lost" -> new JobEvent.Lost(json.number("first"), json.number("last"));
      default -> // ended
          new JobEvent.Ended(
              id,
              json.constant("state", JobState.class),
              json.constantOrNull("verdict", Verdict.class));
    };
  }

  private static JobEvent.Part part(JsonObject json) {
    return json.constant("part", JobEvent.Part.class);
  }
}
