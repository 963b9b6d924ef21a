package dev.stockade.client;

/** Input of a job: text, any bytes, or a file that the server has stored. */
public sealed interface Content {
  /** Text, which is passed on as UTF-8. */
  record Text(String text) implements Content {}

  /** Any bytes. */
  @SuppressWarnings("ArrayRecordComponent") // bytes are the point
  record Bytes(byte[] bytes) implements Content {}

  /**
   * A stored file.
   *
   * @param sha256 of its content, in lower-case hexadecimal digits
   */
  record Stored(String sha256) implements Content {}

  static Content text(String text) {
    return new Text(text);
  }

  static Content bytes(byte[] bytes) {
    return new Bytes(bytes);
  }
}
