package dev.stockade.core.policy;

/**
 * Where something stands in a policy file.
 *
 * @param file as the caller named it
 * @param line 1 or more
 * @param column 1 or more, in characters
 * @param generation 0 in the file that was asked for, 1 in the file that it extends, and so on
 */
record Place(String file, int line, int column, int generation) {
  PolicyException error(String problem) {
    return new PolicyException(file, line, column, problem);
  }

  /**
   * Of two places that contradict each other, the one to correct: nearest to the asked-for file.
   */
  static Place toBlame(Place first, Place second) {
    return second.generation < first.generation ? second : first;
  }

  /** The file without the folders that it is in. */
  String fileName() {
    return file.substring(file.lastIndexOf('/') + 1);
  }
}
