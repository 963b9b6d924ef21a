package dev.stockade.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.SandboxNeeds;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code stockade run} with real programs in the real sandbox. */
class RunCommandIT {
  private static final String SUMMARY =
      "  cpu [0-9.]+ m?s  wall [0-9.]+ m?s  memory [0-9.]+ [KM]iB";

  private final CommandLineFixture stockade = new CommandLineFixture();

  @BeforeAll
  static void needsSandbox() {
    SandboxNeeds.defaultPolicy();
  }

  @Test
  void bytesPassThroughBothWaysAndASummaryFollows() {
    byte[] bytes = {'h', 'i', (byte) 0xff, 0, '\r', (byte) 0x80};
    assertEquals(0, stockade.stdin(bytes).execute("run", "--", "cat"));
    assertArrayEquals(bytes, stockade.outBytes());
    assertTrue(stockade.err().matches("OK" + SUMMARY + "\n"), stockade.err());
  }

  @Test
  void standardErrorComesFirstAndTheSummaryIsALineOfItsOwn() {
    assertEquals(3, stockade.execute("run", "--", "sh", "-c", "printf oops >&2; exit 3"));
    assertTrue(stockade.err().matches("oops\nNONZERO_EXIT 3" + SUMMARY + "\n"), stockade.err());
  }

  @Test
  void quietLeavesStandardErrorToTheProgram() {
    assertEquals(0, stockade.execute("run", "-q", "--", "sh", "-c", "printf oops >&2"));
    assertEquals("oops", stockade.err());
  }

  @Test
  void argumentsArriveByteForByte() {
    String foreign = ExactArguments.decode(new byte[] {'a', (byte) 0xff, '\n', (byte) 0xc3});
    assertEquals(
        0, stockade.execute("run", "-q", "--", "printf", "[%s]", foreign, "", "$(x)", "é", "--"));
    assertArrayEquals(
        ExactArguments.encode("[" + foreign + "][][$(x)][é][--]"), stockade.outBytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exit 0 | --pids=9 | 0 | OK",
        "exit 125 | --pids=9 | 125 | NONZERO_EXIT 125",
        "kill -SEGV $$ | --pids=9 | 139 | SIGNALED 11",
        "while :; do :; done | --cpu-time=300ms | 125 | CPU_TIME_LIMIT",
        "sleep 30 | --wall-time=1s | 125 | WALL_TIME_LIMIT",
        "while :; do echo yyyyyyyyyyyyyyyyyyyyy; done | --output=4KiB | 125 | OUTPUT_LIMIT",
      })
  void everyEndHasItsStatus(String script, String limit, int status, String summary) {
    assertEquals(status, stockade.execute("run", limit, "--", "sh", "-c", script), stockade.err());
    assertTrue(stockade.err().startsWith(summary + "  cpu "), stockade.err());
  }

  @Test
  void tooMuchMemory() {
    assertEquals(
        ExitCode.LIMIT,
        stockade.execute("run", "--memory=16MiB", "--", "tail", "/dev/zero"),
        stockade.err());
    assertTrue(stockade.err().startsWith("MEMORY_LIMIT  cpu "), stockade.err());
    assertTrue(
        stockade
            .err()
            .endsWith("(needed more than its 16MiB of memory; --memory may allow up to 4GiB)\n"),
        stockade.err());
  }

  @Test
  void jsonIsTheResultAndTheStatusIsZero() {
    assertEquals(
        0,
        stockade
            .stdin("12".getBytes(UTF_8))
            .execute("run", "--json", "--", "sh", "-c", "cat; printf e >&2; exit 3"));
    assertEquals("", stockade.err());
    JsonObject result = new JsonObject(stockade.out());
    assertEquals("NONZERO_EXIT", result.getString("verdict"));
    assertEquals(3, result.getInteger("exitCode"));
    assertEquals("12", result.getString("stdout"));
    assertEquals("e", result.getString("stderr"));
    assertEquals(0, result.getJsonArray("degraded").size());
  }

  @Test
  void filesGoInUnderTheirNamesAndKeepTheirExecutableBit(@TempDir Path folder) throws IOException {
    Path script = Files.writeString(folder.resolve("hello"), "#!/bin/sh\ncat in/data\n");
    assertTrue(script.toFile().setExecutable(true));
    Path data = Files.write(folder.resolve("d"), new byte[] {'x', (byte) 0xff});
    assertEquals(
        0,
        stockade.execute(
            "run", "-q", "--file", "" + script, "--file", data + "=in/data", "--", "./hello"),
        stockade.err());
    assertArrayEquals(new byte[] {'x', (byte) 0xff}, stockade.outBytes());
  }

  @Test
  void standardInputFromAFile(@TempDir Path folder) throws IOException {
    Path input = Files.writeString(folder.resolve("input"), "from a file");
    assertEquals(0, stockade.execute("run", "-q", "--stdin", "" + input, "--", "cat"));
    assertEquals("from a file", stockade.out());
  }

  @Test
  void aSourceFileRunsByItsEnding(@TempDir Path folder) throws IOException {
    Path source =
        Files.writeString(
            folder.resolve("reverse.py"), "import sys\nprint(input()[::-1], sys.argv[1:])\n");
    int status =
        stockade.stdin("stressed".getBytes(UTF_8)).execute("run", "" + source, "--", "a b");
    assertEquals(0, status, stockade.err());
    assertEquals("desserts ['a b']\n", stockade.out());
    assertTrue(stockade.err().startsWith("OK  cpu "), stockade.err());
  }

  @Test
  void aCompiledSourceFileRunsAndItsStatusIsOurs(@TempDir Path folder) throws IOException {
    Path source =
        Files.writeString(
            folder.resolve("answer.c"),
            "#include <stdio.h>\nint main() { puts(\"42\"); return 7; }");
    assertEquals(7, stockade.execute("run", "" + source), stockade.err());
    assertEquals("42\n", stockade.out());
    assertTrue(stockade.err().startsWith("NONZERO_EXIT 7  cpu "), stockade.err());
  }

  @Test
  void aSourceFileThatDoesNotCompile(@TempDir Path folder) throws IOException {
    Path source = Files.writeString(folder.resolve("broken.c"), "int main( { }\n");
    assertEquals(1, stockade.execute("run", "" + source), stockade.err());
    assertEquals("", stockade.out());
    assertTrue(stockade.err().contains("broken.c:1:"), stockade.err());
    assertTrue(stockade.err().contains("\nnot compiled: NONZERO_EXIT 1  cpu "), stockade.err());
  }

  @Test
  void jsonOfASourceFileHasItsCompilation(@TempDir Path folder) throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.c"), "int main( { }\n");
    assertEquals(0, stockade.execute("run", "--json", "" + broken), stockade.err());
    JsonObject json = new JsonObject(stockade.out());
    assertNull(json.getValue("verdict"));
    assertEquals("NONZERO_EXIT", json.getJsonObject("compile").getString("verdict"));
  }

  @Test
  void aProgramThatIsNotThere() {
    assertEquals(ExitCode.USAGE, stockade.execute("run", "--", "no-such-program"));
    assertEquals(
        """
        stockade: command: no such program in the sandbox (or its interpreter is missing)
        Help: stockade run --help
        """,
        stockade.err());
  }

  @Test
  void aFileOfThisHostIsNotInTheSandbox(@TempDir Path folder) throws IOException {
    String reason =
        "stockade: command: no such program in the sandbox (or its interpreter is missing);"
            + " for the file of this host: stockade run ";
    Path program = Files.writeString(folder.resolve("a.out"), "");
    assertTrue(program.toFile().setExecutable(true));
    assertEquals(ExitCode.USAGE, stockade.execute("run", "--", "" + program));
    assertEquals(
        reason + "--file " + program + " -- ./a.out\nHelp: stockade run --help\n", stockade.err());
    Path source = Files.writeString(folder.resolve("a.py"), "");
    CommandLineFixture other = new CommandLineFixture();
    assertEquals(ExitCode.USAGE, other.execute("run", "--", "" + source));
    assertEquals(reason + source + "\nHelp: stockade run --help\n", other.err());
  }

  /** Advice that would only fail again, or that a shell would not take, is not given. */
  @Test
  void aFileOfThisHostThatIsNoHelp(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "no program\n");
    Path spaced = Files.writeString(folder.resolve("a b"), "");
    assertTrue(spaced.toFile().setExecutable(true));
    String missing = "no such program in the sandbox (or its interpreter is missing)";
    withoutAdvice(missing, "run", "--", "" + text);
    withoutAdvice(missing, "run", "--", "" + spaced);
    Path script = Files.writeString(folder.resolve("script"), "#!/no/such/interpreter\n");
    assertTrue(script.toFile().setExecutable(true));
    withoutAdvice(missing, "run", "--file", script + "=" + script.getFileName(), "--", "./script");
    withoutAdvice("it is not an executable file", "run", "--file", "" + text, "--", "./text");
  }

  private static void withoutAdvice(String reason, String... arguments) {
    CommandLineFixture stockade = new CommandLineFixture();
    assertEquals(ExitCode.USAGE, stockade.execute(arguments));
    assertEquals("stockade: command: " + reason + "\nHelp: stockade run --help\n", stockade.err());
  }

  @Test
  void aNameThatLeavesTheWorkspace() {
    assertEquals(
        ExitCode.USAGE, stockade.execute("run", "--file", "/etc/hostname=../x", "--", "true"));
    assertTrue(stockade.err().startsWith("stockade: --file: the name ../x must"), stockade.err());
  }

  @Test
  void aPolicyFile(@TempDir Path folder) throws IOException {
    Path policy =
        Files.writeString(
            folder.resolve("small.yaml"),
            "description: Small\nextends: default\nlimits:\n  output: 2B\n");
    assertEquals(
        ExitCode.LIMIT, stockade.execute("run", "--policy", "" + policy, "--", "echo", "long"));
    assertTrue(stockade.err().startsWith("lo\nOUTPUT_LIMIT") || stockade.out().equals("lo"));
  }
}
