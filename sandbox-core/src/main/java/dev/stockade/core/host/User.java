package dev.stockade.core.host;

/**
 * The user that we run as.
 *
 * @param name as in passwd(5); the number where it has none
 */
public record User(long uid, String name) {
  /**
   * Looks a user up in {@code /etc/passwd}; other sources of names are asked through {@code
   * fallback}.
   */
  static User of(HostFiles files, long uid, String fallback) {
    String passwd = files.read("/etc/passwd");
    for (String line : passwd == null ? new String[0] : passwd.split("\n")) {
      String[] fields = line.split(":", -1); // name:password:UID:GID:...
      if (fields.length > 2 && fields[2].equals(Long.toString(uid))) {
        return new User(uid, fields[0]);
      }
    }
    return new User(
        uid, fallback.isEmpty() || fallback.equals("?") ? Long.toString(uid) : fallback);
  }

  boolean isRoot() {
    return uid == 0;
  }
}
