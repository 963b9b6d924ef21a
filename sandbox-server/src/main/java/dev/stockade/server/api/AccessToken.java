package dev.stockade.server.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The secret that clients of a server off loopback must show. Only its digest is kept; it cannot be
 * printed.
 */
public final class AccessToken {
  private static final int MIN_LENGTH = 16;
  private static final int MAX_LENGTH = 1024;

  private final byte[] digest;

  private AccessToken(String token) {
    this.digest = digestOf(token);
  }

  /**
   * Takes the first line of a file.
   *
   * @throws IllegalArgumentException when it is not 16 to 1024 visible ASCII characters
   */
  public static AccessToken load(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return of(text.lines().findFirst().orElse("").strip());
  }

  /**
   * @throws IllegalArgumentException when it is not 16 to 1024 visible ASCII characters
   */
  public static AccessToken of(String token) {
    boolean visible = token.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (token.length() < MIN_LENGTH || token.length() > MAX_LENGTH || !visible) {
      throw new IllegalArgumentException(
          "a token has "
              + MIN_LENGTH
              + " to "
              + MAX_LENGTH
              + " visible ASCII characters and no space; make one with:"
              + " openssl rand -hex 32 > FILE");
    }
    return new AccessToken(token);
  }

  /** Compares in a time that tells nothing of where the two differ. */
  public boolean matches(String candidate) {
    return MessageDigest.isEqual(digest, digestOf(candidate));
  }

  private static byte[] digestOf(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "[token]";
  }
}
