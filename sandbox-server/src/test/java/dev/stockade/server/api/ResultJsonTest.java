package dev.stockade.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResultJsonTest {
  private static final Evidence NOTHING =
      new Evidence(null, null, null, null, null, null, null, null);
  private static final Usage ONLY_WALL =
      new Usage(null, null, null, 20_000_000, null, null, null, null, null);

  @Test
  void everythingKnownIsRendered() {
    RunResult result =
        new RunResult(
            Verdict.SECURITY_VIOLATION,
            null,
            31,
            new Output("grüße\n".getBytes(UTF_8), 8),
            new Output(new byte[] {(byte) 0xff, 0}, 5),
            new Usage(12L, 7L, 5L, 20, 4096L, "memory.peak", 3, 6L, 8L),
            new Evidence(31, 1L, 2L, "deniedSyscall", "ptrace", 9L, 10L, 11L),
            List.of("cpu rate limit"),
            Map.of("out", "x".getBytes(UTF_8)),
            Map.of("gone", "does not exist"));
    assertEquals(
        "{\"verdict\":\"SECURITY_VIOLATION\",\"exitCode\":null,\"signal\":31,"
            + "\"stdout\":\"grüße\\n\",\"stdoutEncoding\":\"utf-8\",\"stdoutBytes\":8,"
            + "\"stdoutTruncated\":false,"
            + "\"stderr\":\"/wA=\",\"stderrEncoding\":\"base64\",\"stderrBytes\":5,"
            + "\"stderrTruncated\":true,"
            + "\"usage\":{\"cpuTimeNanos\":12,\"userTimeNanos\":7,\"systemTimeNanos\":5,"
            + "\"wallTimeNanos\":20,\"memoryPeakBytes\":4096,"
            + "\"memoryPeakSource\":\"memory.peak\",\"pidsPeak\":3,"
            + "\"involuntarySwitches\":6,\"cpuPressureNanos\":8},"
            + "\"evidence\":{\"waitStatus\":31,\"oomKills\":1,\"pidsLimitHits\":2,"
            + "\"killedFor\":\"deniedSyscall\",\"deniedSyscall\":\"ptrace\","
            + "\"cpuThrottledNanos\":9,\"cpuTimeOvershootNanos\":10,"
            + "\"wallTimeOvershootNanos\":11},"
            + "\"degraded\":[\"cpu rate limit\"],"
            + "\"files\":{\"out\":{\"content\":\"x\"}},"
            + "\"fileErrors\":{\"gone\":\"does not exist\"}}",
        ResultJson.of(result).encode());
  }

  @Test
  void unknownIsNullNeverZeroAndTheKeyIsThere() {
    JsonObject json = ResultJson.of(withStdout(new byte[0], 0));
    for (String key :
        List.of(
            "cpuTimeNanos",
            "memoryPeakBytes",
            "memoryPeakSource",
            "pidsPeak",
            "involuntarySwitches",
            "cpuPressureNanos")) {
      assertTrue(json.getJsonObject("usage").containsKey(key), key);
      assertNull(json.getJsonObject("usage").getValue(key), key);
    }
    for (String key :
        List.of(
            "waitStatus",
            "oomKills",
            "killedFor",
            "deniedSyscall",
            "cpuTimeOvershootNanos",
            "wallTimeOvershootNanos")) {
      assertTrue(json.getJsonObject("evidence").containsKey(key), key);
      assertNull(json.getJsonObject("evidence").getValue(key), key);
    }
  }

  @Test
  void aCharacterCutByTheOutputLimitIsDropped() {
    byte[] cutEuro = Arrays.copyOf("a€".getBytes(UTF_8), 3); // 61 e2 82, and ac is missing
    JsonObject cut = ResultJson.of(withStdout(cutEuro, 4));
    assertEquals("a", cut.getString("stdout"));
    assertEquals("utf-8", cut.getString("stdoutEncoding"));
    assertTrue(cut.getBoolean("stdoutTruncated"));

    JsonObject whole = ResultJson.of(withStdout(cutEuro, 3));
    assertEquals("base64", whole.getString("stdoutEncoding"));
    assertFalse(whole.getBoolean("stdoutTruncated"));
  }

  @Test
  void binaryFilesAreBase64() {
    RunResult result =
        new RunResult(
            Verdict.OK,
            0,
            null,
            new Output(new byte[0], 0),
            new Output(new byte[0], 0),
            ONLY_WALL,
            NOTHING,
            List.of(),
            Map.of("a.out", new byte[] {(byte) 0x80}),
            Map.of());
    assertEquals(
        "{\"a.out\":{\"base64\":\"gA==\"}}", ResultJson.of(result).getJsonObject("files").encode());
  }

  @Property
  void whatWasNotCutComesBackByteExact(@ForAll byte[] bytes) {
    assertArrayEquals(bytes, stdoutOf(encoded(bytes, bytes.length)));
  }

  @Property
  void textCutAnywhereStaysTextAndLosesAtMostThreeBytes(
      @ForAll("text") String text, @ForAll @IntRange(min = 0, max = 100) int cut) {
    byte[] all = text.getBytes(UTF_8);
    byte[] kept = Arrays.copyOf(all, Math.min(cut, all.length));
    JsonObject json = encoded(kept, all.length + 1L);
    assertEquals("utf-8", json.getString("stdoutEncoding"));
    byte[] back = stdoutOf(json);
    assertTrue(kept.length - back.length <= 3);
    assertArrayEquals(Arrays.copyOf(kept, back.length), back);
  }

  @Provide
  Arbitrary<String> text() {
    return Arbitraries.of("a", "é", "€", "😀", "\u0000", "\n")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  private static JsonObject encoded(byte[] bytes, long total) {
    return new JsonObject(ResultJson.of(withStdout(bytes, total)).encode());
  }

  private static byte[] stdoutOf(JsonObject json) {
    String value = json.getString("stdout");
    return json.getString("stdoutEncoding").equals("utf-8")
        ? value.getBytes(UTF_8)
        : Base64.getDecoder().decode(value);
  }

  private static RunResult withStdout(byte[] bytes, long total) {
    return new RunResult(
        Verdict.OK,
        0,
        null,
        new Output(bytes, total),
        new Output(new byte[0], 0),
        ONLY_WALL,
        NOTHING,
        List.of(),
        Map.of(),
        Map.of());
  }
}
