package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.PolicyCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code CONFIGURATION.md}: its table has every option of {@code serve}, as the code has it. */
class ConfigurationDocumentTest {
  private static final Path DOCUMENT = MarkdownFile.HOME.resolve("CONFIGURATION.md");
  private static final String HEADING = "| key | option | environment | default | meaning |\n";
  private static final Pattern DESCRIPTION =
      Pattern.compile("(.*[^. ])\\.? Default: (.*)", Pattern.DOTALL);

  /** The keys of a configuration that is printed are those that there are. */
  private static List<String> keys() {
    CommandLineFixture stockade = new CommandLineFixture();
    assertEquals(0, stockade.execute("serve", "--print-config"), stockade::err);
    return stockade
        .out()
        .lines()
        .map(line -> line.replaceFirst("^(# )?([A-Za-z]+):.*", "$2"))
        .toList();
  }

  private static String optionOf(String key) {
    return "--" + key.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static String table() {
    CommandLine serve =
        new CommandLine(
            new dev.stockade.server.ServeCommand(
                System.out, PolicyCatalog.shipped(), sandboxes -> List::of));
    StringBuilder table = new StringBuilder(HEADING).append("|---|---|---|---|---|\n");
    List<String> keys = new ArrayList<>(keys());
    keys.sort(null);
    for (String key : keys) {
      OptionSpec option = serve.getCommandSpec().findOption(optionOf(key));
      Matcher text = DESCRIPTION.matcher(String.join(" ", option.description()));
      assertTrue(text.matches(), () -> key + " has no default: " + option.description()[0]);
      table
          .append("| `" + key + "` | `" + option.longestName())
          .append(
              option.typeInfo().isBoolean() ? "" : " " + option.paramLabel().replace("|", "\\|"))
          .append("` | `STOCKADE_SERVE_" + option.longestName().substring(2).replace('-', '_'))
          .append(
              "` | "
                  + text.group(2).replace("$$", "$")
                  + " | "
                  + text.group(1).replace("|", "\\|")
                  + " |\n");
    }
    return table.toString();
  }

  @Test
  void tableIsThatOfTheCode() throws IOException {
    String wanted = upperVariables(table());
    String document = Files.readString(DOCUMENT);
    int from = document.indexOf(HEADING);
    assertTrue(from >= 0, "the table is there");
    int end = document.indexOf("\n\n", from) + 1;
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(DOCUMENT, document.substring(0, from) + wanted + document.substring(end));
      return;
    }
    assertEquals(wanted, document.substring(from, end));
  }

  private static String upperVariables(String table) {
    return Pattern.compile("STOCKADE_SERVE_[a-z_]+")
        .matcher(table)
        .replaceAll(variable -> variable.group().toUpperCase(Locale.ROOT));
  }
}
