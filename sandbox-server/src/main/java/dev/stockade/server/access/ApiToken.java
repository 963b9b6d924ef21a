package dev.stockade.server.access;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A token as it is kept: never the token itself.
 *
 * @param name tells tokens apart, for people and in logs
 * @param sha256 digest of the token, in hexadecimal; the token has 256 random bits, so that a slow
 *     digest would protect nothing more
 * @param limits how much it may use
 */
public record ApiToken(
    String name, Role role, String sha256, Instant createdAt, TokenLimits limits) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  public ApiToken {
    require(NAME.matcher(name).matches(), "name: is 1 to 64 letters, digits, '.', '_' and '-'");
    require(DIGEST.matcher(sha256).matches(), "sha256: is 64 hexadecimal digits");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
