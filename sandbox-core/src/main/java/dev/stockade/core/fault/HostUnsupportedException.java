package dev.stockade.core.fault;

/** The policy names a protection or limit that this host cannot give; nothing was run. */
public final class HostUnsupportedException extends SandboxException {
  private static final long serialVersionUID = 1L;

  private final String feature;
  private final String reason;
  private final String fix;

  /**
   * @param feature what is missing, for example {@code "memory controller"}
   * @param reason why it is missing here
   * @param fix the exact command or setting that gives it
   */
  public HostUnsupportedException(String feature, String reason, String fix) {
    super(feature + " is not available: " + reason + ". Fix: " + fix);
    this.feature = feature;
    this.reason = reason;
    this.fix = fix;
  }

  public String feature() {
    return feature;
  }

  public String reason() {
    return reason;
  }

  public String fix() {
    return fix;
  }
}
