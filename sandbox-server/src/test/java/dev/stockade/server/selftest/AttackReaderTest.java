package dev.stockade.server.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.Verdict;
import dev.stockade.core.yaml.YamlException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attack files, right and wrong: every error has its file, line and column. */
final class AttackReaderTest {
  private static final String RIGHT =
      """
      attacks:
        - name: it forks
          lesson: BOMBS
          promise: CONTAINED
          technique: fork bomb
          policy: strict
          program:
            language: shell
            text: fork ${attack.mark}
            arguments: [a]
          limits: {wallTime: 2s, pids: 4}
          stdin: in
          files: {a: b}
          executables: {c: d}
          environment: {e: f}
          outputFiles: [g]
          wanted:
            verdict: WALL_TIME_LIMIT
            signal: 9
            killedFor: wallTime
            stdout: ""
            fileErrors: {g: does not exist}
            pidsLimitHits: at least 1
            memoryPeak: at most 16MiB or unknown
          canaries: [survivors]
      """;

  private static AttackReader reader() {
    return new AttackReader(
        name -> name.equals("there.c") ? Optional.of("int main;") : Optional.empty());
  }

  private static AttackReader read(String text) {
    return reader().read("x.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyKeyIsRead() {
    Attack attack = read(RIGHT).attacks().get(0);
    assertEquals("x.yaml:2:11", attack.place().toString());
    assertEquals("it forks", attack.name());
    assertEquals(Lesson.BOMBS, attack.lesson());
    assertEquals(Promise.CONTAINED, attack.promise());
    assertEquals("fork bomb", attack.technique());
    assertEquals("strict", attack.policy());
    assertEquals(AttackProgram.Language.SHELL, attack.program().language());
    assertEquals("fork ${attack.mark}", attack.program().text());
    assertEquals(4, attack.limits().pids());
    assertEquals("in", attack.stdin());
    assertEquals(Map.of("a", "b"), attack.files());
    assertEquals(Map.of("c", "d"), attack.executables());
    assertEquals(Map.of("e", "f"), attack.environment());
    assertEquals(Verdict.WALL_TIME_LIMIT, attack.wanted().verdict());
    assertEquals(
        new Bound(Bound.Kind.AT_LEAST, 1, false),
        attack.wanted().counters().get(Counter.PIDS_LIMIT_HITS));
    assertEquals(
        new Bound(Bound.Kind.AT_MOST, 16 << 20, true),
        attack.wanted().counters().get(Counter.MEMORY_PEAK));
    assertEquals(Set.of(CanaryKind.SURVIVORS), attack.canaries());
  }

  /** One change to the right file, and what is said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          WALL_TIME_LIMIT | WALL_TIME        | x.yaml:18:16: wanted.verdict: "WALL_TIME" is no verdict
          WALL_TIME_LIMIT | WALL_TIME_LIMIIT | x.yaml:18:16: wanted.verdict: "WALL_TIME_LIMIIT" is no verdict; did you mean "WALL_TIME_LIMIT"?
          verdict:        | verdct:          | x.yaml:18:7: unknown key "verdct" in wanted; did you mean "verdict"?
          lesson: BOMBS   | lesson: BOMS     | x.yaml:3:13: attacks.lesson: "BOMS" is no lesson; did you mean "BOMBS"?
          CONTAINED       | KEPT             | x.yaml:4:14: attacks.promise: "KEPT" is no promise
          policy:         | polcy:           | x.yaml:6:5: unknown key "polcy" in attacks; did you mean "policy"?
          shell           | perl             | x.yaml:8:17: program.language: "perl" is not one of shell, python, c, java, x86-64
          attack.mark     | attack.mrk       | x.yaml:9:13: there is no value "${attack.mrk}"; did you mean "attack.mark"?
          text: fork      | file: fork.sh #  | x.yaml:9:13: there is no program file "fork.sh"
          arguments: [a]  | with: [none.c]   | x.yaml:10:13: there is no program file "none.c"
          wallTime: 2s    | wallTime: 2      | x.yaml:11:24: limits.wallTime: "2" has no unit; write "2s" or "500ms"
          pids: 4         | pids: four       | x.yaml:11:34: limits.pids: "four" is not a whole number of 0 or more
          killedFor: w    | killedFor: W     | x.yaml:20:18: wanted.killedFor: "WallTime" is not one of cpuTime, deniedSyscall, output, wallTime
          at least 1      | 1 or more        | x.yaml:23:22: wanted.pidsLimitHits: "1 or more" is no bound; write "at least 1", "at most 2 or unknown" or "0"
          16MiB           | 16               | x.yaml:24:19: wanted.memoryPeak: "16" has no unit; write "256MiB" or "64KiB"
          [survivors]     | [birds]          | x.yaml:25:16: a canary: "birds" is not one of files, port, process, keyrings, shared_memory, mounts, survivors
          stdout: ""      | stdoutPattern: ( | x.yaml:21:22: wanted.stdoutPattern: "(" is no regular expression: Unclosed group
          name: it forks  | name: ""         | x.yaml:2:11: a name is one line of at most 160 characters
          outputFiles: [g]| outputFiles: g   | x.yaml:16:18: outputFiles must be a list, not a single value
          stdin: in       | stdin: &in in    | x.yaml:12:12: anchors and aliases (& and *) are not used in attack files
          stdin: in       | stdin: [         | x.yaml:14:5: not YAML: while parsing a flow sequence, expected ',' or ']', but got <scalar>
          """)
  void whatIsWrongIsNamedWithItsPlace(String from, String to, String message) {
    assertEquals(true, RIGHT.contains(from), () -> "the example has " + from);
    YamlException wrong =
        assertThrows(YamlException.class, () -> read(RIGHT.replaceFirst(quote(from), quoted(to))));
    assertEquals(message, wrong.getMessage());
  }

  private static String quote(String text) {
    return java.util.regex.Pattern.quote(text);
  }

  private static String quoted(String text) {
    return java.util.regex.Matcher.quoteReplacement(text);
  }

  @Test
  void twoAttacksOfOneNameAreRefusedAlsoInTwoFiles() {
    AttackReader reader = read(RIGHT);
    YamlException wrong =
        assertThrows(
            YamlException.class,
            () -> reader.read("y.yaml", RIGHT.getBytes(StandardCharsets.UTF_8)));
    assertEquals(
        "y.yaml:2:11: another attack is called \"it forks\", see x.yaml:2", wrong.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `[]`                              | x.yaml:1:1: an entry of an attack file must be a mapping of keys, not a list
          attack: []                        | x.yaml:1:1: unknown key "attack" in an attack file; did you mean "attacks"?
          `attacks: [{name: a}]`            | x.yaml:1:11: key "lesson" is missing in an entry of attacks
          `attacks: []\n---\nattacks: []`   | not reached
          """)
  void theFrameIsLookedAtAsWell(String text, String message) {
    String document = text.replace("\\n", "\n");
    YamlException wrong = assertThrows(YamlException.class, () -> read(document));
    assertEquals(
        message.equals("not reached")
            ? "x.yaml:2:1: an attack file is one document, here a second one starts"
            : message,
        wrong.getMessage());
  }

  private static YamlException wrongProgram(String program, String wanted) {
    String text =
        "attacks:\n  - name: a\n    lesson: BOMBS\n    promise: FRESH\n    program: "
            + program
            + "\n    wanted: "
            + wanted
            + "\n";
    return assertThrows(YamlException.class, () -> read(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {language: c, text: a, file: b}          | {verdict: OK}            | x.yaml:5:14: a program has either text or file
          {command: [a], text: b}                  | {verdict: OK}            | x.yaml:5:14: key "text" does not go with "command"
          {command: []}                            | {verdict: OK}            | x.yaml:5:24: program.command names no program
          {language: x86-64, text: 0f 5}           | {verdict: OK}            | x.yaml:5:39: program.text: "5" is not pairs of hexadecimal digits
          {language: x86-64, text: "# nothing"}    | {verdict: OK}            | x.yaml:5:39: program.text: "# nothing" has no machine code
          {command: [a]}                           | {}                       | x.yaml:6:13: wanted has exactly one of refused, denied, verdict
          {command: [a]}                           | {verdict: OK, denied: a} | x.yaml:6:13: wanted has exactly one of refused, denied, verdict
          {command: [a]}                           | {denied: a, signal: 9}   | x.yaml:6:13: key "signal" is given by "denied"
          {command: [a]}                           | {refused: a, stdout: b}  | x.yaml:6:13: what is refused has no result: nothing goes with "refused"
          """)
  void programsAndWishesThatContradictThemselvesAreRefused(
      String program, String wanted, String message) {
    assertEquals(message, wrongProgram(program, wanted).getMessage());
  }

  @Test
  void bytesThatAreNoTextAreRefusedWithTheirPlace() {
    YamlException wrong =
        assertThrows(
            YamlException.class,
            () -> reader().read("x.yaml", new byte[] {'a', '\n', (byte) 0xff}));
    assertEquals("x.yaml:2:1: byte 0xFF is not UTF-8", wrong.getMessage());
  }

  @Test
  void machineCodeIsTheBytesBehindTheHeadersOfAnElfFile() {
    byte[] code = MachineCode.parse("31 ff # xor\n0f05\n");
    byte[] elf = MachineCode.executable(code);
    assertEquals(0x78 + 4, elf.length);
    assertEquals(0x31, elf[0x78]);
    assertEquals(0x05, elf[0x7b]);
  }
}
