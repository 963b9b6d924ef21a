package dev.stockade.fuzz.calls;

import dev.stockade.core.Verdict;
import dev.stockade.core.linux.SyscallTable;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cases as text, one call a line.
 *
 * <pre>
 * stockade-calls 1                             the version; the first line that is no comment
 * verdict SECURITY_VIOLATION                   optional: what must come of it
 * openat(-100, "/proc/self/mem", 0x2)          numbers; the address of a string
 * pwrite64(@fd-1, x"00ff", 2, scratch+0x10)    the last descriptor that a call gave; bytes; a place
 * nanosleep({0, 1000}, 0)                      the address of a structure of 64-bit words
 * close(*scratch+0x800)                        the word that stands there
 * </pre>
 */
final class CaseText {
  static final String HEADER = "stockade-calls 1";

  private final String line;
  private int at;

  private CaseText(String line) {
    this.line = line;
  }

  /** A text that is no case; the message names file and line. */
  static final class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FormatException(String file, int line, String what) {
      super(file + ":" + line + ": " + what);
    }
  }

  static String render(Case one) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    if (one.verdict() != null) {
      text.append("verdict ").append(one.verdict()).append('\n');
    }
    one.calls().forEach(call -> text.append(call).append('\n'));
    return text.toString();
  }

  /**
   * @param file its name, for messages
   * @throws FormatException naming file and line
   */
  static Case parse(String file, String text) {
    List<Call> calls = new ArrayList<>();
    @Nullable Verdict verdict = null;
    boolean begun = false;
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        if (!begun) {
          header(line);
          begun = true;
        } else if (line.startsWith("verdict ")) {
          verdict = verdict(line.substring("verdict ".length()));
        } else {
          calls.add(new CaseText(line).call());
        }
        if (calls.size() > Case.MOST_CALLS) {
          throw new IllegalArgumentException("more than " + Case.MOST_CALLS + " calls");
        }
      } catch (IllegalArgumentException e) {
        throw new FormatException(file, number, String.valueOf(e.getMessage()));
      }
    }
    if (!begun) {
      throw new FormatException(file, Math.max(number, 1), "is empty: wants \"" + HEADER + '"');
    }
    return new Case(calls, verdict);
  }

  private static void header(String line) {
    if (!line.equals(HEADER)) {
      throw new IllegalArgumentException(
          line.startsWith("stockade-calls ")
              ? "is of another version: wants \"" + HEADER + "\", has \"" + line + '"'
              : "is no list of calls: wants \"" + HEADER + "\" first");
    }
  }

  private static Verdict verdict(String name) {
    for (Verdict verdict : Verdict.values()) {
      if (verdict.name().equals(name)) {
        return verdict;
      }
    }
    throw new IllegalArgumentException("no verdict is named " + name);
  }

  private Call call() {
    String name = word();
    if (SyscallTable.X86_64.find(name).isEmpty()) {
      throw new IllegalArgumentException(
          name.isEmpty() ? "wants the name of a system call" : "no system call is named " + name);
    }
    expect('(');
    List<Argument> arguments = list(')');
    if (at < line.length()) {
      throw new IllegalArgumentException("has more after the call: " + line.substring(at));
    }
    return new Call(name, arguments);
  }

  private List<Argument> list(char end) {
    List<Argument> all = new ArrayList<>();
    if (!skip(end)) {
      do {
        all.add(argument());
      } while (skip(','));
      expect(end);
    }
    return all;
  }

  private Argument argument() {
    blank();
    char first = at < line.length() ? line.charAt(at) : '\n';
    if (first == '"') {
      return new Argument.Text(string());
    }
    if (line.startsWith("x\"", at)) {
      at++;
      return new Argument.Bytes(HexFormat.of().parseHex(string()));
    }
    if (skip('{')) {
      return new Argument.Words(list('}'));
    }
    if (skip('*')) {
      return new Argument.Memory(place(word()));
    }
    if (skip('@')) {
      String kind = word();
      expect('-');
      return new Argument.Result(kind(kind), Integer.parseInt(word()));
    }
    if (first == '-' || Character.isDigit(first)) {
      return new Argument.Constant(number());
    }
    return place(word());
  }

  private Argument.Place place(String name) {
    Region region =
        find(Region.values(), name)
            .orElseThrow(() -> new IllegalArgumentException("no argument is \"" + name + '"'));
    boolean below = at < line.length() && line.charAt(at) == '-';
    if (!below && !skip('+')) {
      return new Argument.Place(region, 0);
    }
    return new Argument.Place(region, number());
  }

  private static Kind kind(String name) {
    return find(Kind.values(), name)
        .orElseThrow(() -> new IllegalArgumentException("no call gives a \"" + name + '"'));
  }

  private static <E extends Enum<E>> Optional<E> find(E[] all, String name) {
    for (E one : all) {
      if (one.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** Decimal, or 0x and the bits of a 64-bit word. */
  private long number() {
    boolean negative = skip('-');
    String digits = word();
    long value =
        digits.startsWith("0x")
            ? Long.parseUnsignedLong(digits.substring(2), 16)
            : Long.parseLong(digits);
    return negative ? -value : value;
  }

  private String word() {
    blank();
    int start = at;
    while (at < line.length()
        && (Character.isLetterOrDigit(line.charAt(at)) || line.charAt(at) == '_')) {
      at++;
    }
    return line.substring(start, at);
  }

  /** ISO 8859-1: a character is a byte. */
  private String string() {
    expect('"');
    StringBuilder text = new StringBuilder();
    while (at < line.length() && line.charAt(at) != '"') {
      char c = line.charAt(at++);
      if (c == '\\') {
        if (!line.startsWith("x", at) || at + 3 > line.length()) {
          throw new IllegalArgumentException("wants \\xHH after a backslash");
        }
        c = (char) Integer.parseInt(line.substring(at + 1, at + 3), 16);
        at += 3;
      }
      if (c == 0 || c > 0xff) {
        throw new IllegalArgumentException("a string has no such character: " + (int) c);
      }
      text.append(c);
    }
    expect('"');
    return text.toString();
  }

  static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
        out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private void blank() {
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
  }

  private boolean skip(char wanted) {
    blank();
    if (at < line.length() && line.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char wanted) {
    if (!skip(wanted)) {
      throw new IllegalArgumentException(
          "wants '"
              + wanted
              + "' "
              + (at < line.length() ? "at: " + line.substring(at) : "at its end"));
    }
  }
}
