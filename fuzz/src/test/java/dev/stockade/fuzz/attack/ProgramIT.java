package dev.stockade.fuzz.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.fuzz.Holds;
import dev.stockade.fuzz.Sandboxes;
import dev.stockade.server.selftest.Lesson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs, arguments, output and limits as they are asked for: byte for byte, or refused by name.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ProgramIT {
  private static final String MISSING =
      "no such program in the sandbox (or its interpreter is missing)";
  private static final String NOT_EXECUTABLE = "it is not an executable file";
  private static final String OTHER_MACHINE =
      "it is not a program for this machine (a script needs a #! line)";

  private static Sandbox sandbox;

  @BeforeAll
  static void open() {
    Sandboxes.needDefaultPolicy();
    sandbox = Sandboxes.of("default");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  @Holds(Lesson.EXACT_ARGUMENTS)
  void argumentsReachTheProgramByteForByte() throws IOException {
    List<byte[]> arguments = new ArrayList<>();
    for (String text :
        List.of(
            "",
            " ",
            "a b",
            "a\nb",
            ";",
            "$(id)",
            "`id`",
            "\\",
            "'",
            "\"",
            "*",
            "--",
            "-c",
            "%s",
            "\u00e9\u4e2d",
            "${IFS}",
            "|",
            "&&",
            ">x")) {
      arguments.add(utf8(text));
    }
    byte[] every = new byte[255];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) (i + 1);
    }
    arguments.add(every);
    arguments.add(new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0x80});
    List<byte[]> command = new ArrayList<>(List.of(utf8("/usr/bin/printf"), utf8("%s\\0")));
    command.addAll(arguments);
    ByteArrayOutputStream wanted = new ByteArrayOutputStream();
    for (byte[] argument : arguments) {
      wanted.write(argument);
      wanted.write(0);
    }
    RunResult result = sandbox.run(RunRequest.commandBytes(command).build());
    assertEquals(Verdict.OK, result.verdict(), () -> Results.describe(result));
    assertArrayEquals(wanted.toByteArray(), result.stdout().bytes());
  }

  @Test
  @Holds(Lesson.EXACT_ARGUMENTS)
  void noShellIsInThePath() {
    RunResult result =
        sandbox.run(RunRequest.command("echo", "$HOME; echo more", "$(id)", ">x").build());
    assertEquals("$HOME; echo more $(id) >x\n", Results.text(result.stdout()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "\0", "a\0"})
  @Holds(Lesson.EXACT_ARGUMENTS)
  void aNulInAnArgumentIsRefused(String argument) {
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class,
            () -> sandbox.run(RunRequest.command("echo", argument).build()));
    assertEquals("command[1]", refused.field());
  }

  static Stream<Arguments> notExecutable() {
    byte[] otherMachine = {
      0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, (byte) 183, 0
    };
    return Stream.of(
        Arguments.of("./missing", "data", utf8("x"), MISSING),
        Arguments.of("no-such-program", "data", utf8("x"), MISSING),
        Arguments.of("/etc/shadow", "data", utf8("x"), MISSING),
        Arguments.of("/box", "data", utf8("x"), NOT_EXECUTABLE),
        Arguments.of("/dev/null", "data", utf8("x"), NOT_EXECUTABLE),
        Arguments.of("/etc/passwd", "data", utf8("x"), NOT_EXECUTABLE),
        Arguments.of("./program", "program", utf8("echo no interpreter line\n"), OTHER_MACHINE),
        Arguments.of("./program", "program", new byte[0], OTHER_MACHINE),
        Arguments.of("./program", "program", Arrays.copyOf(otherMachine, 64), OTHER_MACHINE),
        Arguments.of("./program", "program", utf8("#!/no/such/interpreter\n"), MISSING),
        Arguments.of("./program", "program", utf8("#!/etc/passwd\n"), NOT_EXECUTABLE),
        Arguments.of("./program/x", "program", utf8("#!/bin/sh\n"), "execve: ENOTDIR"));
  }

  @ParameterizedTest
  @MethodSource("notExecutable")
  @Holds(Lesson.CANNOT_EXECUTE)
  void whatCannotBeExecutedIsRefused(String program, String file, byte[] content, String reason) {
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class,
            () -> sandbox.run(RunRequest.command(program).executable(file, content).build()));
    assertEquals("command: " + reason, refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 128, 137, 255})
  @Holds(Lesson.CANNOT_EXECUTE)
  void anExitStatusIsTheProgramsOwn(int status) {
    RunResult result = sandbox.run(RunRequest.command("sh", "-c", "exit " + status).build());
    assertEquals(status, result.exitCode());
    assertEquals(status == 0 ? Verdict.OK : Verdict.NONZERO_EXIT, result.verdict());
  }

  @Test
  @Holds(Lesson.EXACT_OUTPUT)
  void everyByteComesBackAndWhatIsTooMuchIsCounted() {
    byte[] bytes = new byte[100_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7);
    }
    RunResult whole =
        sandbox.run(RunRequest.command("sh", "-c", "tee /dev/stderr").stdin(bytes).build());
    assertArrayEquals(bytes, whole.stdout().bytes());
    assertArrayEquals(bytes, whole.stderr().bytes());
    RunResult cut =
        sandbox.run(
            RunRequest.command("sh", "-c", "cat; sleep 100")
                .stdin(bytes)
                .limits(new LimitOverrides(null, null, null, null, ByteSize.ofKibibytes(16), null))
                .build());
    assertEquals(Verdict.OUTPUT_LIMIT, cut.verdict());
    assertArrayEquals(Arrays.copyOf(bytes, 16 << 10), cut.stdout().bytes());
    assertTrue(cut.stdout().truncated());
    assertTrue(cut.stdout().totalBytes() > 16 << 10 && cut.stdout().totalBytes() <= bytes.length);
  }

  static Stream<Arguments> aboveTheCeiling() {
    Duration long0 = Duration.ofDays(1);
    ByteSize large = ByteSize.ofMebibytes(1 << 20);
    return Stream.of(
        Arguments.of("cpuTime", new LimitOverrides(long0, null, null, null, null, null), "1m"),
        Arguments.of("wallTime", new LimitOverrides(null, long0, null, null, null, null), "2m"),
        Arguments.of("memory", new LimitOverrides(null, null, large, null, null, null), "4GiB"),
        Arguments.of("pids", new LimitOverrides(null, null, null, 100_000, null, null), "1024"),
        Arguments.of("output", new LimitOverrides(null, null, null, null, large, null), "64MiB"),
        Arguments.of("cpus", new LimitOverrides(null, null, null, null, null, 64.0), "2"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("aboveTheCeiling")
  @Holds(Lesson.CEILINGS)
  void aLimitAboveItsCeilingIsRefusedByName(String limit, LimitOverrides asked, String ceiling) {
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class,
            () -> sandbox.run(RunRequest.command("true").limits(asked).build()));
    assertEquals("limits." + limit, refused.field());
    assertTrue(
        String.valueOf(refused.getMessage()).contains(ceiling), () -> "" + refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "..",
        ".",
        "",
        "/x",
        "a/../../x",
        "a//b",
        "a/",
        "./a",
        "a/./b",
        "a\0b",
        "/etc/passwd",
        "a/../b"
      })
  @Holds(Lesson.FILE_NAMES)
  void aFileNameThatLeavesTheWorkspaceIsRefused(String name) {
    InvalidRequestException in =
        assertThrows(
            InvalidRequestException.class,
            () -> sandbox.run(RunRequest.command("true").file(name, "x").build()));
    assertTrue(in.field().startsWith("files"), in.field());
    InvalidRequestException out =
        assertThrows(
            InvalidRequestException.class,
            () -> sandbox.run(RunRequest.command("true").outputFile(name).build()));
    assertEquals("outputFiles", out.field());
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 4096, 70_000})
  @Holds(Lesson.FILE_NAMES)
  void aNameThatNoFileCanHaveIsRefused(int length) {
    InvalidRequestException in =
        assertThrows(
            InvalidRequestException.class,
            () -> sandbox.run(RunRequest.command("true").file("x".repeat(length), "x").build()));
    assertTrue(in.field().startsWith("files"), in.field());
  }

  @Test
  @Holds(Lesson.FILE_NAMES)
  void namesWithEverythingElseAreNames() {
    Map<String, String> files =
        Map.of(
            "a b", "1", "%2f..%2fx", "2", "\u00e9", "3", "-rf", "4", "a\nb", "5", "..a/b..", "6");
    RunRequest.Builder request = RunRequest.command("sh", "-c", "cat -- * */*");
    files.forEach((name, content) -> request.file(name, content).outputFile(name));
    RunResult result = sandbox.run(request.build());
    assertEquals(Map.of(), result.fileErrors());
    assertEquals(files.keySet(), result.files().keySet());
    files.forEach((name, content) -> assertArrayEquals(utf8(content), result.files().get(name)));
  }
}
