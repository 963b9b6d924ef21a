package dev.stockade.server.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads and writes: bytes for programs, UTF-8 text for people.
 *
 * @param out standard output as bytes, unbuffered
 * @param err standard error as bytes, unbuffered
 * @param colours whether standard output shows colours to a person
 */
record Streams(
    InputStream in,
    OutputStream out,
    OutputStream err,
    boolean inIsTerminal,
    boolean outIsTerminal,
    boolean errIsTerminal,
    boolean colours) {
  private static final Pattern TERMINAL =
      Pattern.compile("/dev/(pts/[0-9]+|tty[A-Za-z]*[0-9]*|hvc[0-9]+|console)");

  static Streams ofProcess() {
    boolean outIsTerminal = isTerminal(1);
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        isTerminal(0),
        outIsTerminal,
        isTerminal(2),
        outIsTerminal && wantsColours(System.getenv("NO_COLOR"), System.getenv("TERM")));
  }

  /** Text for standard output. */
  PrintStream text() {
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }

  /** Text for standard error. */
  PrintStream messages() {
    return new PrintStream(err, true, StandardCharsets.UTF_8);
  }

  /** NO_COLOR counts when it is set and not empty. */
  static boolean wantsColours(@Nullable String noColor, @Nullable String term) {
    return (noColor == null || noColor.isEmpty()) && term != null && !term.equals("dumb");
  }

  static boolean isTerminalDevice(String path) {
    return TERMINAL.matcher(path).matches();
  }

  private static boolean isTerminal(int descriptor) {
    try {
      Path link = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return isTerminalDevice(link.toString());
    } catch (IOException closed) {
      return false;
    }
  }
}
