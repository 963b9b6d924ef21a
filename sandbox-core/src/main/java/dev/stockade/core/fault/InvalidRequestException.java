package dev.stockade.core.fault;

/** A request that cannot be run as it stands: the field at fault and why. Nothing was run. */
public final class InvalidRequestException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field the request's field, as a dotted path ({@code limits.memory}, {@code
   *     files[0].name})
   * @param message what is wrong with it, as a sentence without the field
   */
  public InvalidRequestException(String field, String message) {
    super(field + ": " + message);
    this.field = field;
  }

  public String field() {
    return field;
  }
}
