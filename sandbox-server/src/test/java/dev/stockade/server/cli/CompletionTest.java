package dev.stockade.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The scripts of {@code stockade completion}, each asked in its real shell. Bash is on every host;
 * of the others those that are installed are asked.
 */
class CompletionTest {
  /** Fills in what bash, and zsh's bashcompinit, tell a completion function, and calls it. */
  private static final String ASK =
      """
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      COMP_LINE="$*"
      COMP_POINT=${#COMP_LINE}
      _complete_stockade
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir Path folder;

  /** A command line whose last word is completed (empty: a new word), and what it may become. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stockade do | doctor",
        "stockade doctor --js | --json",
        "stockade run --pol | --policy",
        "stockade run --policy str | strict",
        "stockade explain py | python",
        "stockade token rev | revoke",
        "stockade token create judge --role adm | admin",
        "stockade serve --print | --print-config",
        "stockade completion fi | fish",
      })
  void words(String line, String word) throws Exception {
    assertEquals(Set.of(word), bash(line));
    if (isInstalled("zsh")) {
      assertTrue(zsh(line).contains(word)); // it is zsh itself that leaves out what does not fit
    }
    if (isInstalled("fish")) {
      assertEquals(Set.of(word), fish(line));
    }
  }

  @Test
  void bashKnowsEveryCommand() throws Exception {
    assertEquals(commands(), bash("stockade "));
  }

  /** By the name behind the last slash, so {@code ./stockade} is completed as well: bash(1). */
  @Test
  void bashIsToldTheNameOfTheLauncher() throws Exception {
    String registered =
        run("bash", "--norc", "-c", ". \"$0\"; complete -p stockade", script("bash"));
    assertTrue(registered.contains("-F _complete_stockade"), registered);
  }

  @Test
  void zshKnowsEveryCommand() throws Exception {
    assumeTrue(isInstalled("zsh"), "needs zsh: it is not in PATH");
    assertEquals(commands(), zsh("stockade "));
  }

  @Test
  void fishKnowsEveryCommandAndOffersFilesWhereOneIsNamed() throws Exception {
    assumeTrue(isInstalled("fish"), "needs fish: it is not in PATH");
    assertEquals(commands(), fish("stockade "));
    Files.writeString(folder.resolve("solution.py"), "");
    assertEquals(Set.of("solution.py"), fish("stockade run sol"));
    assertEquals(Set.of("solution.py"), fish("./stockade run --stdin sol"));
    assertEquals(Set.of(), fish("stockade doctor sol"));
  }

  @Test
  void fishGetsFirstSentencesAndQuotesThatItUnderstands() {
    assertEquals("'it\\'s a \\\\'", FishCompletion.quoted("it's a \\"));
    assertEquals("As 0.5 of one", FishCompletion.firstSentence("As 0.5 of one. Default: x."));
  }

  private static Set<String> commands() {
    return new TreeSet<>(
        new Cli(new Streams(System.in, System.out, System.err, false, false, false, false))
            .whole()
            .getSubcommands()
            .keySet());
  }

  private Set<String> bash(String line) throws Exception {
    // Outside of a completion there is nobody to whom bash could pass its options on.
    String setUp = ". \"$0\"\ncompopt() { :; }\n";
    List<String> command =
        new ArrayList<>(List.of("bash", "--norc", "-c", setUp + ASK, script("bash")));
    command.addAll(words(line));
    return lines(run(command.toArray(String[]::new)));
  }

  private Set<String> zsh(String line) throws Exception {
    String setUp = "autoload -U +X compinit && compinit -u -D\nsource \"$0\"\nsetopt ksharrays\n";
    List<String> command = new ArrayList<>(List.of("zsh", "-f", "-c", setUp + ASK, script("zsh")));
    command.addAll(words(line));
    return lines(run(command.toArray(String[]::new)));
  }

  /** Fish tells each completion with its description behind a tab. */
  private Set<String> fish(String line) throws Exception {
    return lines(
            run(
                "fish",
                "--no-config",
                "-c",
                "source $argv[1]; complete -C $argv[2]",
                script("fish"),
                line))
        .stream()
        .map(word -> word.split("\t", 2)[0])
        .collect(Collectors.toSet());
  }

  private static List<String> words(String line) {
    return List.of(line.split(" ", -1));
  }

  private static Set<String> lines(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.toSet());
  }

  private String script(String shell) throws IOException {
    Path file = folder.resolve("completion." + shell);
    CommandLineFixture stockade = new CommandLineFixture();
    assertEquals(0, stockade.execute("completion", shell), stockade.err());
    return Files.write(file, stockade.outBytes()).toString();
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(place -> Files.isExecutable(Path.of(place.isEmpty() ? "." : place, program)));
  }

  private String run(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("HOME", folder.toString());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
