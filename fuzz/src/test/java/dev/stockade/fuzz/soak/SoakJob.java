package dev.stockade.fuzz.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A job of one client, and what must come of it; everything about it carries the client's token.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions that hold nothing
enum SoakJob {
  HELLO(token -> command("sh", "-c", "echo $0", token), ok()),
  REVERSED(token -> command("rev").put("stdin", new StringBuilder(token).reverse() + "\n"), ok()),
  STATUS(token -> command("sh", "-c", "echo $0; exit 42", token), ends("NONZERO_EXIT", 42)),
  CRASH(token -> command("sh", "-c", "echo $0; kill -SEGV $$", token), ends("SIGNALED", null)),
  FILES(
      token ->
          command("sh", "-c", "cat in; mkdir -p a; cp in a/out")
              .put(
                  "files",
                  new JsonObject().put("in", new JsonObject().put("content", token + "\n")))
              .put("outputFiles", new JsonArray().add("a/out")),
      (token, result) -> {
        ok().accept(token, result);
        assertEquals(
            token + "\n",
            result.getJsonObject("files").getJsonObject("a/out").getString("content"));
      }),
  ORPHAN(
      token -> command("sh", "-c", "(setsid sleep 1000 &); echo $0; exit 0", token), ends("OK", 0)),
  SPIN(
      token ->
          command("sh", "-c", "echo $0; while :; do :; done", token)
              .put("limits", new JsonObject().put("cpuTime", "500ms")),
      outOf("CPU_TIME_LIMIT")),
  SLEEP(
      token ->
          command("sh", "-c", "echo $0; trap '' TERM; sleep 1000", token)
              .put("limits", new JsonObject().put("wallTime", "1500ms")),
      outOf("WALL_TIME_LIMIT")),
  MEMORY(
      token ->
          command("sh", "-c", "echo $0; exec tail /dev/zero", token)
              .put("limits", new JsonObject().put("memory", "32MiB")),
      ends("MEMORY_LIMIT", null)),
  FORKS(
      token ->
          command(
                  "sh",
                  "-c",
                  "echo $0; f() { f | f & }; (f) 2> /dev/null & while :; do :; done",
                  token)
              .put("limits", new JsonObject().put("wallTime", "1500ms").put("pids", 24)),
      outOf("WALL_TIME_LIMIT")),
  FLOOD(
      token -> command("yes", token).put("limits", new JsonObject().put("output", "64KiB")),
      (token, result) -> {
        assertEquals("OUTPUT_LIMIT", result.getString("verdict"), result::encode);
        String line = token + "\n";
        String stdout = result.getString("stdout");
        assertEquals(64 << 10, stdout.length());
        assertEquals(
            line.repeat(stdout.length() / line.length()),
            stdout.substring(0, stdout.length() / line.length() * line.length()));
      }),
  HOSTILE(
      token ->
          command(
              "python3",
              "-c",
              "import ctypes, sys; print(sys.argv[1], flush=True);"
                  + " ctypes.CDLL(None).umount2(b'/proc', 2)",
              token),
      (token, result) -> {
        assertEquals("SECURITY_VIOLATION", result.getString("verdict"), result::encode);
        assertEquals("umount2", result.getJsonObject("evidence").getString("deniedSyscall"));
        assertEquals(token + "\n", result.getString("stdout"));
      });

  private final Function<String, JsonObject> request;
  private final BiConsumer<String, JsonObject> check;

  SoakJob(Function<String, JsonObject> request, BiConsumer<String, JsonObject> check) {
    this.request = request;
    this.check = check;
  }

  JsonObject request(String token) {
    return request.apply(token);
  }

  /** Holds a finished job, as the server showed it, against what must have come of it. */
  void check(String token, JsonObject job) {
    assertEquals("done", job.getString("state"), () -> token + ": " + job.encode());
    JsonObject result = job.getJsonObject("result");
    assertTrue(result != null, () -> token + ": " + job.encode());
    check.accept(token, result);
  }

  private static JsonObject command(String... words) {
    return new JsonObject().put("command", new JsonArray(List.of(words)));
  }

  private static BiConsumer<String, JsonObject> ok() {
    return ends("OK", 0);
  }

  /** On a machine that stands still meanwhile, its time is over before it has said a word. */
  private static BiConsumer<String, JsonObject> outOf(String verdict) {
    return (token, result) -> {
      assertEquals(verdict, result.getString("verdict"), result::encode);
      assertEquals(null, result.getInteger("exitCode"), result::encode);
      assertTrue(Set.of("", token + "\n").contains(result.getString("stdout")), result::encode);
    };
  }

  private static BiConsumer<String, JsonObject> ends(String verdict, Integer exitCode) {
    return (token, result) -> {
      assertEquals(verdict, result.getString("verdict"), result::encode);
      assertEquals(exitCode, result.getInteger("exitCode"), result::encode);
      assertEquals(token + "\n", result.getString("stdout"), result::encode);
    };
  }
}
