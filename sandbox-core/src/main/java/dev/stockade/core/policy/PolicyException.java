package dev.stockade.core.policy;

import dev.stockade.core.yaml.YamlException;

/**
 * A policy that cannot be used: file, line, column and what is wrong there.
 *
 * <p>The message reads {@code policies/x.yaml:12:5: unknown key "memroy" in limits; did you mean
 * "memory"?}; line and column are left out when the trouble is the file as a whole.
 */
public final class PolicyException extends IllegalArgumentException {
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
  PolicyException(String file, int line, int column, String problem) {
    super(line == 0 ? file + ": " + problem : file + ":" + line + ":" + column + ": " + problem);
    this.file = file;
    this.line = line;
    this.column = column;
    this.problem = problem;
  }

  /** A fault of a file as a whole. */
  PolicyException(String file, String problem) {
    this(file, 0, 0, problem);
  }

  static PolicyException of(YamlException e) {
    return new PolicyException(e.file(), e.line(), e.column(), e.problem());
  }

  /** The file at fault, as it was named to us; of an inherited policy, the inherited file. */
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
