package dev.stockade.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A user of this host, as in passwd(5).
 *
 * @param gid the user's own group
 */
record Account(String name, int uid, int gid) {
  private static final Path PASSWD = Path.of("/etc/passwd");

  /** Finds a user by name or number. */
  static Account named(String nameOrNumber) {
    try {
      return find(nameOrNumber, Files.readAllLines(PASSWD, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UnavailableException(PASSWD + " cannot be read: " + e.getMessage());
    }
  }

  /**
   * Finds a user in lines of {@code name:password:UID:GID:...}; a name goes before a number. A
   * number that is not there stands for a user known elsewhere, with a group of the same number.
   */
  static Account find(String nameOrNumber, List<String> passwd) {
    for (int field : new int[] {0, 2}) {
      for (String line : passwd) {
        String[] fields = line.split(":", -1);
        if (fields.length >= 4 && fields[field].equals(nameOrNumber)) {
          return new Account(
              fields[0], Integer.parseUnsignedInt(fields[2]), Integer.parseUnsignedInt(fields[3]));
        }
      }
    }
    if (nameOrNumber.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(nameOrNumber);
      return new Account(nameOrNumber, number, number);
    }
    throw new UsageException(
        "there is no user "
            + nameOrNumber
            + " in "
            + PASSWD
            + "; give the number of a user who is known elsewhere: id -u "
            + nameOrNumber);
  }
}
