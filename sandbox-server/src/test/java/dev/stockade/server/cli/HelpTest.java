package dev.stockade.server.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code --help} shows of every command: examples that are understood, and no colours. */
class HelpTest {
  private static final String ESCAPE = "\u001b";

  /** What an example gives to Stockade: up to what is the shell's, or the program's own. */
  private static final Pattern EXAMPLE =
      Pattern.compile("^  .*?\\./stockade +(.*?)(?: +(?:--(?= )|[<>|#)]) *.*|\\).*)?$");

  private final CommandLine whole = cli(OutputStream.nullOutputStream(), false).whole();

  @Test
  void everyCommandHasExamplesThatAreUnderstood() {
    Map<String, CommandLine> commands = whole.getSubcommands();
    assertTrue(commands.size() > 1);
    commands.forEach(
        (name, command) -> {
          if (!name.equals("help")) {
            List<List<String>> examples = examples(command.getUsageMessage());
            assertFalse(examples.isEmpty(), name + " has no example");
            for (List<String> example : examples) {
              assertEquals(name, example.get(0));
              whole.parseArgs(example.toArray(String[]::new));
            }
          }
        });
    examples(whole.getUsageMessage())
        .forEach(example -> whole.parseArgs(example.toArray(String[]::new)));
  }

  @Test
  void exitStatusesAreThoseOfTheReadme() {
    String help = whole.getHelp().exitCodeList().lines().map(String::strip).collect(joining(" "));
    String table =
        MarkdownFile.readme().table("exit status").stream()
            .map(row -> row.get(0) + " " + row.get(1))
            .collect(joining(" "));
    assertEquals(table.replace("`", "").replace('–', '-'), help.replaceAll(" +", " "));
  }

  @Test
  void helpForAMistakeHasNoColoursThoughStandardOutputHas() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(ExitCode.USAGE, cli(err, true).execute(List.of()));
    String shown = err.toString(StandardCharsets.UTF_8);
    assertTrue(shown.startsWith("Usage: stockade"), shown);
    assertFalse(shown.contains(ESCAPE), shown);
  }

  private static List<List<String>> examples(String help) {
    List<List<String>> examples = new ArrayList<>();
    help.lines()
        .dropWhile(line -> !line.startsWith("Examples"))
        .skip(1)
        .takeWhile(line -> line.startsWith("  "))
        .forEach(
            line -> {
              Matcher example = EXAMPLE.matcher(line);
              assertTrue(example.matches(), line);
              String pid = Long.toString(ProcessHandle.current().pid());
              examples.add(List.of(example.group(1).replace("$$", pid).split(" +")));
            });
    return examples;
  }

  private static Cli cli(OutputStream err, boolean colours) {
    return new Cli(
        new Streams(
            new ByteArrayInputStream(new byte[0]),
            OutputStream.nullOutputStream(),
            err,
            false,
            colours,
            false,
            colours));
  }
}
