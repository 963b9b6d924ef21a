package dev.stockade.core.run;

/** The text of {@code /proc/net/tcp} or {@code tcp6}, see proc(5). */
final class TcpTable {
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final String LISTEN = "0A";

  private TcpTable() {}

  /** Whether a socket in it listens on a port. */
  static boolean listens(String table, int port) {
    return table.lines().skip(1).anyMatch(line -> isListener(line, port));
  }

  private static boolean isListener(String line, int port) {
    String[] fields = line.strip().split(" +", -1);
    if (fields.length <= STATE || !fields[STATE].equals(LISTEN)) {
      return false;
    }
    String address = fields[LOCAL_ADDRESS];
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16) == port;
  }
}
