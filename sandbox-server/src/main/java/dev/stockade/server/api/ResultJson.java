package dev.stockade.server.api;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result object: a {@link RunResult} as JSON.
 *
 * <p>Every key is always there. What is unknown is {@code null}, never 0. Durations are in
 * nanoseconds. Bytes that are UTF-8 become a string of the same text; all others become Base64, so
 * nothing is lost. A stream cut off by the output limit in the middle of a character drops that
 * incomplete character (at most three bytes) rather than turning readable text into Base64.
 */
public final class ResultJson {
  private ResultJson() {}

  /** Renders a whole result. */
  public static JsonObject of(RunResult result) {
    JsonObject json =
        new JsonObject()
            .put("verdict", result.verdict().name())
            .put("exitCode", result.exitCode())
            .put("signal", result.signal());
    putStream(json, "stdout", result.stdout());
    putStream(json, "stderr", result.stderr());
    json.put("usage", usage(result.usage()))
        .put("evidence", evidence(result.evidence()))
        .put("degraded", new JsonArray(result.degraded()))
        .put("files", files(result.files()))
        .put("fileErrors", fileErrors(result.fileErrors()));
    return json;
  }

  /** Renders what was used. */
  public static JsonObject usage(Usage usage) {
    return new JsonObject()
        .put("cpuTimeNanos", usage.cpuTimeNanos())
        .put("userTimeNanos", usage.userTimeNanos())
        .put("systemTimeNanos", usage.systemTimeNanos())
        .put("wallTimeNanos", usage.wallTimeNanos())
        .put("memoryPeakBytes", usage.memoryPeakBytes())
        .put("memoryPeakSource", usage.memoryPeakSource())
        .put("pidsPeak", usage.pidsPeak())
        .put("involuntarySwitches", usage.involuntarySwitches())
        .put("cpuPressureNanos", usage.cpuPressureNanos());
  }

  /** Renders the evidence behind a verdict. */
  public static JsonObject evidence(Evidence evidence) {
    return new JsonObject()
        .put("waitStatus", evidence.waitStatus())
        .put("oomKills", evidence.oomKills())
        .put("pidsLimitHits", evidence.pidsLimitHits())
        .put("killedFor", evidence.killedFor())
        .put("deniedSyscall", evidence.deniedSyscall())
        .put("cpuThrottledNanos", evidence.cpuThrottledNanos())
        .put("cpuTimeOvershootNanos", evidence.cpuTimeOvershootNanos())
        .put("wallTimeOvershootNanos", evidence.wallTimeOvershootNanos());
  }

  private static void putStream(JsonObject json, String name, Output output) {
    String text = text(output.bytes(), output.truncated());
    json.put(name, text != null ? text : base64(output.bytes()))
        .put(name + "Encoding", text != null ? "utf-8" : "base64")
        .put(name + "Bytes", output.totalBytes())
        .put(name + "Truncated", output.truncated());
  }

  /**
   * What one of two programs said.
   *
   * @param cutOff whether it may end in the middle of a character
   */
  static JsonObject said(String from, byte[] bytes, boolean cutOff) {
    String text = text(bytes, cutOff);
    return text != null
        ? new JsonObject().put("from", from).put("text", text)
        : new JsonObject().put("from", from).put("base64", base64(bytes));
  }

  private static JsonObject files(Map<String, byte[]> files) {
    JsonObject json = new JsonObject();
    files.forEach(
        (name, bytes) -> {
          String text = text(bytes, false);
          json.put(
              name,
              text != null
                  ? new JsonObject().put("content", text)
                  : new JsonObject().put("base64", base64(bytes)));
        });
    return json;
  }

  private static JsonObject fileErrors(Map<String, String> errors) {
    JsonObject json = new JsonObject();
    errors.forEach(json::put);
    return json;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The bytes as text, or {@code null} when they are not UTF-8. */
  private static @Nullable String text(byte[] bytes, boolean cutOff) {
    int length = cutOff ? bytes.length - incompleteTail(bytes) : bytes.length;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
  }

  /** How many bytes at the end begin a UTF-8 character without completing it: 0 to 3. */
  private static int incompleteTail(byte[] bytes) {
    for (int back = 1; back <= Math.min(3, bytes.length); back++) {
      int b = bytes[bytes.length - back] & 0xff;
      if ((b & 0xc0) == 0x80) {
        continue; // a continuation byte: its first byte is further left
      }
      int wanted = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : b >= 0xc0 ? 2 : 1;
      return wanted > back ? back : 0;
    }
    return 0;
  }
}
