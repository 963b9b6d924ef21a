package dev.stockade.server.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The top-level types of a Java source, as far as their names matter to the compiler.
 *
 * <p>Looks at words and brackets outside of comments and literals, nothing more: what is no Java is
 * left to the compiler to say.
 *
 * @param publicType name of the public top-level type; {@code null} when there is none
 * @param types names of all top-level types, in their order
 */
record JavaSource(@Nullable String publicType, List<String> types) {
  private static final Set<String> KINDS = Set.of("class", "interface", "enum", "record");

  static JavaSource of(String text) {
    return new Reading(text).read();
  }

  private static final class Reading {
    private final String text;
    private final List<String> types = new ArrayList<>();
    private @Nullable String publicType;
    private int at;
    private int depth;
    private boolean isPublic;
    private String before = "";

    Reading(String text) {
      this.text = text;
    }

    JavaSource read() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (text.startsWith("//", at)) {
          skipTo("\n", at + 2, false);
        } else if (text.startsWith("/*", at)) {
          skipTo("*/", at + 2, false);
        } else if (text.startsWith("\"\"\"", at)) {
          skipTo("\"\"\"", at + 3, true);
        } else if (c == '"' || c == '\'') {
          skipTo(String.valueOf(c), at + 1, true);
        } else if (Character.isJavaIdentifierStart(c)) {
          word();
        } else {
          bracket(c);
          at++;
        }
      }
      return new JavaSource(publicType, List.copyOf(types));
    }

    /** Goes on behind the end mark, or at the end of a text that lacks it. */
    private void skipTo(String end, int from, boolean escapes) {
      at = from;
      while (at < text.length() && !text.startsWith(end, at)) {
        at += escapes && text.charAt(at) == '\\' ? 2 : 1;
      }
      at += end.length();
    }

    private void word() {
      int start = at;
      while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
        at++;
      }
      if (depth != 0) {
        return;
      }
      String word = text.substring(start, at);
      if (KINDS.contains(before)) {
        types.add(word);
        if (isPublic && publicType == null) {
          publicType = word;
        }
      }
      isPublic |= word.equals("public");
      before = word;
    }

    private void bracket(char c) {
      if (c == '{' || c == '(') {
        depth++;
      } else if (c == '}' || c == ')') {
        depth--;
      }
      if (depth == 0 && (c == '}' || c == ';')) {
        isPublic = false;
        before = "";
      }
    }
  }
}
