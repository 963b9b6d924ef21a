package dev.stockade.server.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a token is for. */
public enum Role {
  /** Sends jobs, and watches, fetches, lists and cancels those; stores files. */
  SUBMIT,
  /** Looks at everything, jobs, files and meters, and changes nothing. */
  READ,
  /** Does all of it, and deletes files. */
  ADMIN;

  /** As it is written. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role that is written like this. */
  public static Optional<Role> of(String word) {
    return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
  }

  /** Whether it may ask for meters, and for what the server's host gives. */
  public boolean readsMeters() {
    return this != SUBMIT;
  }

  /** Whether it may send and cancel jobs, and store files. */
  public boolean changesJobs() {
    return this != READ;
  }
}
