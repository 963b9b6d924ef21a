package dev.stockade.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Makes records of what the contract calls {@code Job}, {@code Problem} and {@code Language}. */
final class JobReader {
  private JobReader() {}

  static Job job(JsonObject json) {
    return new Job(
        json.text("id"),
        json.constant("state", JobState.class),
        json.textOrNull("language"),
        json.has("command") ? json.bytes("command") : null,
        json.textOrNull("policy"),
        json.constantOrNull("verdict", Verdict.class),
        json.objectOrNull("compile", JobReader::result),
        json.objectOrNull("result", JobReader::result),
        json.objectOrNull("judgement", JobReader::judgement),
        json.objectOrNull("error", JobReader::problem),
        json.time("createdAt"),
        json.timeOrNull("startedAt"),
        json.timeOrNull("finishedAt"),
        json.objectOrNull("callback", JobReader::callback),
        json.has("programs") ? json.objects("programs", JobReader::program) : null,
        json.has("terminal"));
  }

  static Problem problem(JsonObject json) {
    List<FieldError> errors =
        json.has("errors")
            ? json.objects(
                "errors", error -> new FieldError(error.text("field"), error.text("message")))
            : List.of();
    return new Problem(
        json.text("type"),
        json.text("title"),
        json.count("status"),
        json.text("detail"),
        errors,
        json.textOrNull("job"));
  }

  static Language language(JsonObject json) {
    return new Language(
        json.text("id"),
        json.text("name"),
        json.texts("extensions"),
        json.textOrNull("version"),
        json.textOrNull("unavailable"),
        json.text("policy"),
        json.object("limits", JobReader::limits),
        json.object("ceilings", JobReader::limits),
        json.objectOrNull("compile", compile -> compile.object("limits", JobReader::limits)));
  }

  private static Limits limits(JsonObject json) {
    return new Limits(
        json.nanos("cpuTimeNanos"),
        json.nanos("wallTimeNanos"),
        json.number("memoryBytes"),
        json.count("pids"),
        json.number("outputBytes"),
        json.decimal("cpus").doubleValue());
  }

  static Result result(JsonObject json) {
    return new Result(
        json.constant("verdict", Verdict.class),
        json.countOrNull("exitCode"),
        json.countOrNull("signal"),
        output(json, "stdout"),
        output(json, "stderr"),
        json.object("usage", JobReader::usage),
        json.object("evidence", JobReader::evidence),
        json.texts("degraded"),
        json.map("files", JobReader::file),
        json.map("fileErrors", JsonNode::asText),
        json.flagOrNull("cached"));
  }

  private static Output output(JsonObject json, String stream) {
    String encoding = json.text(stream + "Encoding");
    byte[] bytes =
        switch (encoding) {
          case "utf-8" -> json.text(stream).getBytes(UTF_8);
          case "base64" -> json.base64(stream);
          default -> throw JsonObject.bad(stream + "Encoding", "is " + encoding);
        };
    return new Output(bytes, json.number(stream + "Bytes"), json.flag(stream + "Truncated"));
  }

  private static byte[] file(JsonNode value) {
    JsonObject file = JsonObject.element(value);
    return file.has("content") ? file.text("content").getBytes(UTF_8) : file.base64("base64");
  }

  private static Usage usage(JsonObject json) {
    return new Usage(
        json.nanosOrNull("cpuTimeNanos"),
        json.nanosOrNull("userTimeNanos"),
        json.nanosOrNull("systemTimeNanos"),
        json.nanos("wallTimeNanos"),
        json.numberOrNull("memoryPeakBytes"),
        json.textOrNull("memoryPeakSource"),
        json.countOrNull("pidsPeak"),
        json.numberOrNull("involuntarySwitches"),
        json.nanosOrNull("cpuPressureNanos"));
  }

  private static Evidence evidence(JsonObject json) {
    return new Evidence(
        json.countOrNull("waitStatus"),
        json.numberOrNull("oomKills"),
        json.numberOrNull("pidsLimitHits"),
        json.textOrNull("killedFor"),
        json.textOrNull("deniedSyscall"),
        json.nanosOrNull("cpuThrottledNanos"),
        json.nanosOrNull("cpuTimeOvershootNanos"),
        json.nanosOrNull("wallTimeOvershootNanos"));
  }

  private static Judgement judgement(JsonObject json) {
    return new Judgement(
        json.decimal("score"),
        json.decimal("maxScore"),
        json.objectOrNull("checkerCompile", JobReader::result),
        json.objectOrNull("interactorCompile", JobReader::result),
        json.objects(
            "groups",
            group ->
                new Judgement.Group(
                    group.text("name"),
                    group.constant("verdict", Verdict.class),
                    group.decimal("score"),
                    group.decimal("maxScore"))),
        json.objects("tests", JobReader::test));
  }

  private static Judgement.Test test(JsonObject json) {
    return new Judgement.Test(
        json.text("name"),
        json.textOrNull("group"),
        json.constant("verdict", Verdict.class),
        json.decimal("score"),
        json.decimal("maxScore"),
        json.text("comment"),
        json.objectOrNull("result", JobReader::result),
        json.objectOrNull("interaction", JobReader::interaction));
  }

  private static Interaction interaction(JsonObject json) {
    return new Interaction(
        json.object("interactor", JobReader::result),
        json.constant("first", Interaction.Side.class),
        json.constant("cause", Interaction.Cause.class),
        json.objects(
            "transcript",
            piece ->
                new Interaction.Piece(
                    piece.constant("from", Interaction.Side.class), textOrBase64(piece))),
        json.number("transcriptBytes"),
        json.flag("transcriptTruncated"));
  }

  /** What is {@code text}, or {@code base64} when it is not UTF-8. */
  static byte[] textOrBase64(JsonObject json) {
    return json.has("text") ? json.text("text").getBytes(UTF_8) : json.base64("base64");
  }

  private static LinkedProgram program(JsonObject json) {
    return new LinkedProgram(
        json.text("name"),
        json.flag("service"),
        json.constant("verdict", Verdict.class),
        json.objectOrNull("compile", JobReader::result),
        json.objectOrNull("result", JobReader::result),
        json.flag("dismissed"),
        json.textOrNull("notStarted"));
  }

  private static CallbackProgress callback(JsonObject json) {
    return new CallbackProgress(
        json.constant("state", CallbackProgress.State.class),
        json.count("attempts"),
        json.countOrNull("lastStatus"));
  }
}
