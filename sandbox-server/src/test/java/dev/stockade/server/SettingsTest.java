package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Flags before the environment, the environment before the file, the file before defaults. */
class SettingsTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("stockade.yaml"), text);
  }

  private static String run(int status, Map<String, String> environment, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter messages = new StringWriter();
    ServeCommand serve =
        new ServeCommand(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            List::of,
            sandboxes -> List::of,
            environment);
    CommandLine command = new CommandLine(serve).setErr(new PrintWriter(messages));
    assertEquals(status, command.execute(args), messages::toString);
    return status == 0
        ? out.toString(StandardCharsets.UTF_8)
        : messages.toString().lines().findFirst().orElse("");
  }

  private static String print(Map<String, String> environment, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--print-config");
    return run(0, environment, all.toArray(String[]::new));
  }

  private static void assertLine(String text, String line) {
    assertTrue(
        text.lines().map(found -> found.replaceAll(" +#", " #")).anyMatch(line::equals),
        () -> line + " is not among:\n" + text);
  }

  @Test
  void eachSourceComesBeforeTheNext() throws IOException {
    String path =
        file("port: 1001\nqueue: 11\nworkers: 21\nallowOrigin: [https://a, 'https://b:1']\n")
            .toString();
    Map<String, String> environment =
        Map.of("STOCKADE_SERVE_QUEUE", "12", "STOCKADE_SERVE_WORKERS", "22", "PATH", "/bin");
    String text = print(environment, "--config", path, "--workers", "23");
    assertLine(text, "port: 1001 # " + path + ":1:7: port");
    assertLine(text, "queue: 12 # STOCKADE_SERVE_QUEUE");
    assertLine(text, "workers: 23 # --workers");
    assertLine(text, "maxBody: 16MiB # default");
    assertLine(text, "bodyTime: 30s # default");
    assertLine(text, "host: \"127.0.0.1\" # default");
    assertLine(text, "# tokens: # default");
    assertLine(
        text, "allowOrigin: [\"https://a\", \"https://b:1\"] # " + path + ":4:14: allowOrigin");
  }

  @Test
  void passwordOfTheDatabaseIsNotPrinted() {
    String text =
        print(Map.of(), "--database", "jdbc:postgresql://h/d?user=u&password=secret&ssl=true");
    assertLine(
        text, "database: \"jdbc:postgresql://h/d?user=u&password=***&ssl=true\" # --database");
    assertFalse(text.contains("secret"));
  }

  @Test
  void switchIsSetByTheFile() throws IOException {
    String path = file("pin: true\n").toString();
    assertLine(print(Map.of(), "--config", path), "pin: true # " + path + ":1:6: pin");
    assertLine(
        print(Map.of("STOCKADE_SERVE_PIN", "false"), "--config", path),
        "pin: false # STOCKADE_SERVE_PIN");
  }

  @Test
  void environmentMayNameTheFile() throws IOException {
    String path = file("port: 1001\n").toString();
    String other = Files.writeString(folder.resolve("other.yaml"), "port: 1002\n").toString();
    Map<String, String> environment = Map.of("STOCKADE_SERVE_CONFIG", path);
    assertLine(print(environment), "port: 1001 # " + path + ":1:7: port");
    assertLine(print(environment, "--config", other), "port: 1002 # " + other + ":1:7: port");
  }

  /** What is printed is a configuration, and the same one. */
  @Test
  void printedConfigurationCanBeReadAgain() throws IOException {
    String printed =
        print(
            Map.of(),
            "--port=0",
            "--max-body=3MiB",
            "--body-time=1m30s",
            "--log=json",
            "--allow-origin=https://a,https://b");
    String again = print(Map.of(), "--config", file(printed).toString());
    assertEquals(values(printed), values(again));
    assertLine(values(again), "allowOrigin: [\"https://a\", \"https://b\"]");
  }

  @Test
  void configurationIsPrintedAsJsonToo() {
    String printed =
        print(
            Map.of("STOCKADE_SERVE_QUEUE", "12"),
            "--json",
            "--body-time=1m30s",
            "--allow-origin=https://a",
            "--database=jdbc:postgresql://h/d?password=secret");
    JsonObject all = new JsonObject(printed);
    assertEquals(
        new JsonObject().put("value", 12).put("source", "STOCKADE_SERVE_QUEUE"),
        all.getJsonObject("queue"));
    assertEquals(
        new JsonObject().put("value", "1m30s").put("source", "--body-time"),
        all.getJsonObject("bodyTime"));
    assertEquals(
        new JsonObject()
            .put("value", new JsonArray().add("https://a"))
            .put("source", "--allow-origin"),
        all.getJsonObject("allowOrigin"));
    assertEquals(
        new JsonObject().putNull("value").put("source", "default"), all.getJsonObject("tokens"));
    assertEquals(
        "jdbc:postgresql://h/d?password=***", all.getJsonObject("database").getString("value"));
  }

  private static String values(String text) {
    return text.lines()
        .map(line -> line.replaceFirst(" +# .*", ""))
        .reduce("", (all, line) -> all + line + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prot: 1|FILE:1:1: unknown key "prot"; did you mean "port"?
          config: x|FILE:1:1: unknown key "config"
          - port|FILE:1:1: a configuration must be a mapping of keys, not a list
          port: {a: b}|FILE:1:7: port must be a single value, not a mapping
          port: many|FILE:1:7: port: 'many' is not an int
          maxBody: 16|FILE:1:10: maxBody: "16" has no unit; write "256MiB" or "64KiB"
          bodyTime: 30|FILE:1:11: bodyTime: "30" has no unit; write "2s" or "500ms"
          log: xml|FILE:1:6: log: expected one of [text, json] (case-sensitive) but was 'xml'
          port: 70000|--port is 0 to 65535
          pin: maybe|FILE:1:6: pin: 'maybe' is neither true nor false
          """)
  void badFileIsRefusedWithThePlace(String text, String message) throws IOException {
    Path path = file(text + "\n");
    String said = run(CommandLine.ExitCode.USAGE, Map.of(), "--config", path.toString());
    assertTrue(
        said.startsWith(message.replace("FILE", path.toString())), () -> message + "\n" + said);
  }

  @Test
  void badVariablesAreRefused() {
    assertEquals(
        "STOCKADE_SERVE_PORT: 'x' is not an int",
        run(CommandLine.ExitCode.USAGE, Map.of("STOCKADE_SERVE_PORT", "x")));
    String said = run(CommandLine.ExitCode.USAGE, Map.of("STOCKADE_SERVE_PROT", "1"));
    assertTrue(said.startsWith("the variable STOCKADE_SERVE_PROT is of no option"), said);
  }

  @Test
  void fileThatIsNotThereIsNamed() {
    String said = run(CommandLine.ExitCode.USAGE, Map.of(), "--config", "/nowhere");
    assertTrue(said.startsWith("--config /nowhere cannot be read: "), said);
  }

  @Test
  void printedConfigurationIsCheckedFirst() {
    assertEquals(
        "--port is 0 to 65535",
        run(CommandLine.ExitCode.USAGE, Map.of(), "--port", "65536", "--print-config"));
  }
}
