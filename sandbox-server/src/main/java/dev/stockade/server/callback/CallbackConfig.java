package dev.stockade.server.callback;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;

/**
 * How ends are told.
 *
 * @param secret what requests are signed with
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point; never compared
public record CallbackConfig(CallbackTargets targets, byte[] secret, Schedule schedule) {
  /** Nobody is told. */
  public static final CallbackConfig NONE =
      new CallbackConfig(new CallbackTargets(Set.of(), Set.of()), new byte[0], Schedule.defaults());

  private static final int LEAST_SECRET_BYTES = 32;

  /**
   * When it is tried again: after {@code first}, then twice as long each time, at most {@code
   * longest}; each time shortened by up to a half at random.
   *
   * @param attempts at most
   * @param requestTime for one attempt, from the address to the answer's status
   */
  public record Schedule(int attempts, Duration first, Duration longest, Duration requestTime) {
    /** Ten attempts in about 20 minutes. */
    public static Schedule defaults() {
      return new Schedule(
          10, Duration.ofSeconds(2), Duration.ofMinutes(10), Duration.ofSeconds(10));
    }

    /**
     * The pause after an attempt.
     *
     * @param chance 0 to 1
     */
    Duration pauseAfter(int attempt, double chance) {
      long millis = Math.min(longest.toMillis(), first.toMillis() << Math.min(attempt - 1, 20));
      return Duration.ofMillis(millis - (long) ((double) millis * chance / 2));
    }
  }

  /**
   * The secret in a file, without white space around it.
   *
   * @throws IllegalArgumentException when it is short, cannot be read, or can be by others
   */
  public static byte[] readSecret(Path file) {
    try {
      Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
      if (modes.contains(PosixFilePermission.GROUP_READ)
          || modes.contains(PosixFilePermission.OTHERS_READ)) {
        throw new IllegalArgumentException(file + " can be read by others; chmod 600 it");
      }
      byte[] secret = Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
      if (secret.length < LEAST_SECRET_BYTES) {
        throw new IllegalArgumentException(
            file + " has less than " + LEAST_SECRET_BYTES + " characters");
      }
      return secret;
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e, e);
    }
  }
}
