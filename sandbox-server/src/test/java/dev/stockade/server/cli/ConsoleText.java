package dev.stockade.server.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a {@code console} block of a document shows: commands, each behind {@code $ }, and what they
 * print. A command with a here-document ({@code <<'END'}) goes on up to that word.
 *
 * <p>Two outputs are the same when they are so {@linkplain #normal after} this: what is measured
 * anew in each run (times such as {@code 2.35 ms}, sizes such as {@code 508 KiB}, how often a fork
 * was refused) is taken for the same. A limit is written without a blank, {@code 64MiB}, and stays.
 * An output that begins with a brace is JSON: its line breaks, for the reader, do not count;
 * measured and host-dependent members, ids and dates are taken for the same. What else differs is
 * marked in the document by {@code …}, which stands for anything on its line.
 */
final class ConsoleText {
  private static final String PROMPT = "$ ";
  private static final String ANYTHING = "…";
  private static final Pattern HERE_DOCUMENT = Pattern.compile("<<'(\\w+)'");
  private static final Pattern TIME = Pattern.compile("\\b[0-9]+(\\.[0-9]+)? m?s\\b");
  private static final Pattern SIZE = Pattern.compile("\\b[0-9]+(\\.[0-9]+)? ([KMGT]i)?B\\b");
  private static final Pattern REFUSALS = Pattern.compile("\\bthread [0-9]+ times\\b");

  /** Measured, counted only by some kernels, or the name of a file that differs between them. */
  private static final Set<String> VARYING =
      Set.of(
          "cpuTimeNanos",
          "userTimeNanos",
          "systemTimeNanos",
          "wallTimeNanos",
          "memoryPeakBytes",
          "memoryPeakSource",
          "pidsPeak",
          "cpuThrottledNanos",
          "involuntarySwitches",
          "cpuPressureNanos",
          "id",
          "createdAt",
          "startedAt",
          "finishedAt");

  /**
   * A command and what it printed.
   *
   * @param line number of the command's first line in the file, from 1
   */
  record Exchange(int line, String command, String output) {
    @Override
    public String toString() {
      return "line " + line + ": " + command.lines().findFirst().orElse("");
    }
  }

  private ConsoleText() {}

  static List<Exchange> exchanges(MarkdownFile.Block block) {
    List<Exchange> exchanges = new ArrayList<>();
    List<String> lines = block.lines();
    int at = 0;
    while (at < lines.size()) {
      int first = at;
      if (!lines.get(at).startsWith(PROMPT)) {
        throw new IllegalArgumentException("line " + (block.line() + at) + " is no command");
      }
      StringBuilder command = new StringBuilder(lines.get(at++).substring(PROMPT.length()));
      Matcher here = HERE_DOCUMENT.matcher(command.toString());
      if (here.find()) {
        String end = here.group(1);
        do {
          command.append('\n').append(lines.get(at));
        } while (!lines.get(at++).equals(end));
      }
      StringBuilder output = new StringBuilder();
      while (at < lines.size() && !lines.get(at).startsWith(PROMPT)) {
        output.append(lines.get(at++)).append('\n');
      }
      exchanges.add(new Exchange(block.line() + first, command.toString(), output.toString()));
    }
    return exchanges;
  }

  /** An output without what differs from run to run. */
  static String normal(String output) {
    if (output.startsWith("{")) {
      JsonObject json = new JsonObject(output);
      settle(json);
      return json.encodePrettily();
    }
    String text = TIME.matcher(output).replaceAll("TIME");
    text = SIZE.matcher(text).replaceAll("SIZE");
    return REFUSALS.matcher(text).replaceAll("thread N times");
  }

  /**
   * The output, {@linkplain #normal normal}; as it is written, when the marks are all that differ.
   */
  static String like(String written, String output) {
    String pattern =
        Stream.of(normal(written).split(ANYTHING, -1))
            .map(Pattern::quote)
            .collect(Collectors.joining("[^\n]*"));
    String actual = normal(output);
    return actual.matches(pattern) ? normal(written) : actual;
  }

  private static void settle(Object json) {
    if (json instanceof JsonArray array) {
      array.forEach(ConsoleText::settle);
    } else if (json instanceof JsonObject object) {
      for (String name : List.copyOf(object.fieldNames())) {
        if (VARYING.contains(name)) {
          object.put(name, "differs");
        } else {
          settle(object.getValue(name));
        }
      }
    }
  }
}
