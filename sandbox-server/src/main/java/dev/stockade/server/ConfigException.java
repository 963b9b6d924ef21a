package dev.stockade.server;

/** The server cannot start as it is configured: the option at fault and why. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }
}
