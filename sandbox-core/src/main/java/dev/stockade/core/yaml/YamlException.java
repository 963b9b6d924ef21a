package dev.stockade.core.yaml;

/**
 * A file that cannot be used: file, line, column and what is wrong there.
 *
 * <p>The message reads {@code attacks/x.yaml:12:5: unknown key "verdct"}; line and column are left
 * out when the trouble is the file as a whole.
 */
public final class YamlException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;
  private final int column;
  private final String problem;

  /**
   * @param line 1 or more, or 0 for the file as a whole
   * @param column 1 or more, or 0 for the file as a whole
   * @param problem what is wrong, without file, line and column
   */
  public YamlException(String file, int line, int column, String problem) {
    super(line == 0 ? file + ": " + problem : file + ":" + line + ":" + column + ": " + problem);
    this.file = file;
    this.line = line;
    this.column = column;
    this.problem = problem;
  }

  /** A fault of a file as a whole. */
  public YamlException(String file, String problem) {
    this(file, 0, 0, problem);
  }

  /** The file at fault, as it was named to us. */
  public String file() {
    return file;
  }

  /** The line at fault, 1 or more; 0 when it is the file as a whole. */
  public int line() {
    return line;
  }

  /** The column at fault in characters, 1 or more; 0 when it is the file as a whole. */
  public int column() {
    return column;
  }

  /** What is wrong, without file, line and column. */
  public String problem() {
    return problem;
  }
}
