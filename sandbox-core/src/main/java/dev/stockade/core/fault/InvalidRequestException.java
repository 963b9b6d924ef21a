package dev.stockade.core.fault;

/** A request that cannot be run as it stands: the field at fault and why. Nothing was run. */
public final class InvalidRequestException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String fault;

  /**
   * @param field the request's field, as a dotted path ({@code limits.memory}, {@code
   *     files[0].name})
   * @param message what is wrong with it, as a sentence without the field
   */
  public InvalidRequestException(String field, String message) {
    super(field + ": " + message);
    this.field = field;
    this.fault = message;
  }

  public String field() {
    return field;
  }

  /** The same fault of a request that is part of another. */
  public InvalidRequestException in(String parent) {
    return new InvalidRequestException(parent + "." + field, fault);
  }

  /** Whether the field is one of a part of the request. */
  public boolean isIn(String parent) {
    return field.startsWith(parent + ".");
  }

  /** The same fault as one of that part alone. */
  public InvalidRequestException from(String parent) {
    return new InvalidRequestException(field.substring(parent.length() + 1), fault);
  }
}
