package dev.stockade.core.host;

import org.jspecify.annotations.Nullable;

/**
 * What one probe found out about one feature.
 *
 * @param feature its name, for people
 * @param needed whether the default policy needs it
 * @param reason why the status is what it is, as a sentence without a full stop
 * @param fix the exact command or setting that gives the feature; {@code null} when nothing is
 *     wrong
 */
public record Finding(
    Area area, String feature, Status status, boolean needed, String reason, @Nullable String fix) {
  /** What a feature is for. */
  public enum Area {
    ISOLATION("Isolation"),
    LIMITS("Limits (control groups)"),
    FILTER("System-call filter"),
    KERNEL("Kernel"),
    TOOLCHAINS("Toolchains"),
    TRIAL("Trial");

    private final String title;

    Area(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }
  }

  /** How it stands with a feature. */
  public enum Status {
    /** It works. */
    OK,
    /** It works in part, or only by a weaker way. */
    DEGRADED,
    /** It does not work. */
    MISSING
  }

  /** Whether this finding keeps the default policy from running with nothing degraded. */
  public boolean blocks() {
    return needed && status != Status.OK;
  }

  static Finding ok(Area area, String feature, boolean needed, String reason) {
    return new Finding(area, feature, Status.OK, needed, reason, null);
  }

  static Finding missing(Area area, String feature, boolean needed, String reason, String fix) {
    return new Finding(area, feature, Status.MISSING, needed, reason, fix);
  }

  static Finding degraded(Area area, String feature, boolean needed, String reason, String fix) {
    return new Finding(area, feature, Status.DEGRADED, needed, reason, fix);
  }
}
