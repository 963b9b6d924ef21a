package dev.stockade.server.selftest;

import dev.stockade.core.yaml.Place;
import java.util.List;

/**
 * What an attack runs.
 *
 * @param text the source with its placeholders, or the hexadecimal digits of machine code; empty
 *     for a command
 * @param name of the source, as compilers know it
 * @param arguments behind the program; for a command, the command itself
 * @param companions files of other C programs that lie beside it, compiled
 * @param place where it was written
 */
public record AttackProgram(
    Language language,
    String name,
    String text,
    List<String> arguments,
    List<String> companions,
    Place place) {

  /** How a program is written. */
  public enum Language {
    /** Words that are executed as they are. */
    COMMAND("command"),
    /** {@code sh -c TEXT}. */
    SHELL("shell"),
    /** {@code python3 -c TEXT}, with {@code attempts.py} beside it. */
    PYTHON("python"),
    /** Compiled outside, without libraries. */
    C("c"),
    /** A class {@code Main}, compiled outside. */
    JAVA("java"),
    /** Hexadecimal digits with comments behind {@code #}, put into the smallest ELF file. */
    MACHINE_CODE("x86-64");

    private final String word;

    Language(String word) {
      this.word = word;
    }

    /** As attack files call it. */
    public String word() {
      return word;
    }
  }
}
