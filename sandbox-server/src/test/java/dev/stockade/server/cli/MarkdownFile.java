package dev.stockade.server.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Markdown file of this source folder, taken apart: fenced blocks, tables, code spans, links. */
final class MarkdownFile {
  /** The source folder, seen from the folder in which Maven runs a module's tests. */
  static final Path HOME = Path.of("..");

  private static final String FENCE = "```";
  private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]\\[]*]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$", Pattern.MULTILINE);
  private static final Pattern CELL_BORDER = Pattern.compile("(?<!\\\\)\\|");

  /**
   * A fenced block.
   *
   * @param line number of its first line in the file, from 1
   */
  record Block(String language, int line, List<String> lines) {
    String text() {
      return String.join("\n", lines) + "\n";
    }
  }

  private final Path path;
  private final List<Block> blocks = new ArrayList<>();

  /** The file without its fenced blocks; as many lines, those of blocks empty. */
  private final String prose;

  private MarkdownFile(Path path, List<String> lines) {
    this.path = path;
    List<String> outside = new ArrayList<>();
    Block open = null;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(FENCE)) {
        if (open == null) {
          open = new Block(line.substring(FENCE.length()).strip(), i + 2, new ArrayList<>());
        } else {
          blocks.add(open);
          open = null;
        }
        outside.add("");
      } else if (open != null) {
        open.lines().add(line);
        outside.add("");
      } else {
        outside.add(line);
      }
    }
    if (open != null) {
      throw new IllegalArgumentException(path + ":" + open.line() + ": block without an end");
    }
    prose = String.join("\n", outside) + "\n";
  }

  /** Reads a file. */
  static MarkdownFile of(Path path) {
    try {
      return new MarkdownFile(path, Files.readAllLines(path, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The README at the top. */
  static MarkdownFile readme() {
    return of(HOME.resolve("README.md"));
  }

  /** Every one in the source folder, except in what a build leaves and in hidden folders. */
  static List<MarkdownFile> all() throws IOException {
    try (Stream<Path> files = Files.walk(HOME)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !isAside(HOME.relativize(file)))
          .sorted()
          .map(MarkdownFile::of)
          .toList();
    }
  }

  private static boolean isAside(Path relative) {
    for (Path part : relative) {
      if (part.startsWith("target") || part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  Path path() {
    return path;
  }

  List<Block> blocks() {
    return blocks;
  }

  List<Block> blocks(String language) {
    return blocks.stream().filter(block -> block.language().equals(language)).toList();
  }

  String prose() {
    return prose;
  }

  /** What is written in backquotes, outside of blocks. */
  List<String> code() {
    return CODE.matcher(prose).results().map(match -> match.group(1)).toList();
  }

  /** Targets of all links. */
  List<String> links() {
    return LINK.matcher(prose).results().map(match -> match.group(1)).toList();
  }

  /** What a link may name behind {@code #}, as web views of repositories make it of headings. */
  Set<String> anchors() {
    Set<String> anchors = new TreeSet<>();
    Matcher heading = HEADING.matcher(prose);
    while (heading.find()) {
      anchors.add(
          heading
              .group(1)
              .strip()
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-'));
    }
    return anchors;
  }

  /** The rows of the only table whose first column has this heading, cell by cell. */
  List<List<String>> table(String heading) {
    List<String> lines = prose.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (isRow(lines.get(i)) && cells(lines.get(i)).get(0).equals(heading)) {
        return lines.subList(i + 2, lines.size()).stream()
            .takeWhile(MarkdownFile::isRow)
            .map(MarkdownFile::cells)
            .toList();
      }
    }
    throw new IllegalArgumentException(path + " has no table of: " + heading);
  }

  /** What is written in backquotes in one column of a table, from top to bottom. */
  List<String> codeInTable(String heading, int column) {
    return table(heading).stream()
        .flatMap(row -> CODE.matcher(row.get(column)).results())
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  private static boolean isRow(String line) {
    return line.startsWith("|");
  }

  private static List<String> cells(String row) {
    String inner = row.strip().substring(1, row.strip().length() - 1);
    return Arrays.stream(CELL_BORDER.split(inner, -1)).map(String::strip).toList();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
