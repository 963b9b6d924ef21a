package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every Markdown file of the source folder: what it points at is there. */
class DocumentsTest {
  private static final Pattern SCHEME = Pattern.compile("^[a-z]+:.*");

  /** Paths of the source folder in backquotes, such as {@code fuzz/vm/guest-tests}. */
  private static final Pattern OWN_PATH =
      Pattern.compile("^(?:\\./)?((?:\\.ci|fuzz|packaging|policies|sandbox-[a-z]+)/[\\w./-]*).*");

  /** Names of test classes, such as {@code SandboxIT}. */
  private static final Pattern TEST =
      Pattern.compile("\\b[A-Z]\\w*[a-z0-9](?:Test|IT|Properties)\\b");

  @Test
  void everyRelativeLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (MarkdownFile file : MarkdownFile.all()) {
      for (String link : file.links()) {
        if (!SCHEME.matcher(link).matches()) {
          links++;
          if (!leadsSomewhere(file, link)) {
            broken.add(file + ": " + link);
          }
        }
      }
    }
    assertTrue(links > 0);
    assertTrue(broken.isEmpty(), broken::toString);
  }

  @Test
  void everyPathOfThisFolderExists() throws IOException {
    List<String> missing = new ArrayList<>();
    for (MarkdownFile file : MarkdownFile.all()) {
      for (String code : file.code()) {
        Matcher path = OWN_PATH.matcher(code);
        if (path.matches() && !Files.exists(MarkdownFile.HOME.resolve(path.group(1)))) {
          missing.add(file + ": " + code);
        }
      }
    }
    assertTrue(missing.isEmpty(), missing::toString);
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Set<String> known;
    try (Stream<Path> files = Files.walk(MarkdownFile.HOME)) {
      known =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".java"))
              .map(name -> name.substring(0, name.length() - ".java".length()))
              .collect(Collectors.toSet());
    }
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (MarkdownFile file : MarkdownFile.all()) {
      for (String code : file.code()) {
        Matcher test = TEST.matcher(code);
        while (test.find()) {
          named++;
          if (!known.contains(test.group())) {
            missing.add(file + ": " + test.group());
          }
        }
      }
    }
    assertTrue(named > 0);
    assertTrue(missing.isEmpty(), missing::toString);
  }

  private static boolean leadsSomewhere(MarkdownFile file, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? file.path() : file.path().resolveSibling(parts[0]);
    if (!Files.exists(target)) {
      return false;
    }
    return parts.length == 1 || MarkdownFile.of(target).anchors().contains(parts[1]);
  }
}
