package dev.stockade.server.api;

import org.jspecify.annotations.Nullable;

/** Names that a client gives to tests and groups: text of a bounded length. */
final class Names {
  private Names() {}

  static String read(Values values, FieldErrors errors, @Nullable Object value, String field) {
    String name = values.text(value, field);
    if (value instanceof String && name.isEmpty()) {
      errors.add(field, "is empty");
    } else if (name.length() > TestsParser.MAX_NAME_CHARACTERS) {
      errors.add(
          field,
          "has "
              + name.length()
              + " characters; a name has at most "
              + TestsParser.MAX_NAME_CHARACTERS);
    }
    return name;
  }
}
