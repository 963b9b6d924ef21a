package dev.stockade.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/** Says whether an output is right. */
public final class Checker {
  /** Every line is the expected one, but for blanks at its end and empty last lines. */
  public static final Checker LINES = of("lines");

  /** Every byte is the expected one. */
  public static final Checker EXACT = of("exact");

  /** Every word is the expected one. */
  public static final Checker TOKENS = of("tokens");

  /** The expected lines in any order. */
  public static final Checker UNORDERED_LINES = of("unorderedLines");

  /** The program only has to end with {@link Verdict#OK}. */
  public static final Checker NONE = of("none");

  private final ObjectNode json;

  private Checker(ObjectNode json) {
    this.json = json;
  }

  private static Checker of(String type) {
    return new Checker(JsonNodeFactory.instance.objectNode().put("type", type));
  }

  /**
   * Every word is the expected one, or a number that is near it.
   *
   * @param absolute the distance that is allowed, 0 to 1,000,000
   * @param relative the distance that is allowed, as a part of the expected number
   */
  public static Checker floats(BigDecimal absolute, BigDecimal relative) {
    return new Checker(of("floats").json().put("absolute", absolute).put("relative", relative));
  }

  /**
   * A program with testlib's convention: arguments {@code input.txt}, {@code output.txt}, {@code
   * answer.txt}; its exit status is the verdict.
   *
   * @param language id of its language
   */
  public static Checker program(String language, String source) {
    return program(JobRequest.language(language).source(source).build());
  }

  /**
   * The same with files or limits of its own.
   *
   * @param program in a language, with source or files, main and limits
   */
  public static Checker program(JobRequest program) {
    return new Checker(program.object().put("type", "program"));
  }

  ObjectNode json() {
    return json.deepCopy();
  }
}
