package dev.stockade.core.yaml;

/**
 * Where something stands in a file.
 *
 * @param file as the caller named it
 * @param line 1 or more
 * @param column 1 or more, in characters
 * @param generation 0 in the file that was asked for, 1 in the file that it extends, and so on
 */
public record Place(String file, int line, int column, int generation) {
  public YamlException error(String problem) {
    return new YamlException(file, line, column, problem);
  }

  /**
   * Of two places that contradict each other, the one to correct: nearest to the asked-for file.
   */
  public static Place toBlame(Place first, Place second) {
    return second.generation < first.generation ? second : first;
  }

  /** The file without the folders that it is in. */
  public String fileName() {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** {@code FILE:LINE:COLUMN}, as tools understand it. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
