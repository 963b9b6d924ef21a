package dev.stockade.server.bench;

import dev.stockade.core.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What commands say, and how command lines are shown. */
final class Words {
  private static final int LONGEST = 300;

  private Words() {}

  /** The last line of a file in memory that is not empty. */
  static String last(Fd file) {
    try {
      byte[] all = Files.readAllBytes(Path.of("/proc/self/fd/" + file.number()));
      return lastLine(new String(all, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return "";
    }
  }

  static String lastLine(String text) {
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    return last.length() > LONGEST ? last.substring(0, LONGEST) + "…" : last;
  }

  /** A file's name without its folders. */
  static String base(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** A command line that a shell takes as it was. */
  static String shell(List<String> command) {
    return String.join(" ", command.stream().map(Words::quoted).toList());
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
