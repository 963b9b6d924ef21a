package dev.stockade.server.callback;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Which addresses are those of anybody in the Internet (IANA's special-purpose registries). */
final class PublicAddress {
  private PublicAddress() {}

  /**
   * False of private, loopback, link-local, multicast, unspecified, reserved and tunnel addresses.
   */
  static boolean is(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isV4(bytes) : isV6(bytes);
  }

  private static boolean isV4(byte[] address) {
    int first = address[0] & 0xff;
    int second = address[1] & 0xff;
    int third = address[2] & 0xff;
    return switch (first) {
      case 0, 10, 127 -> false;
      case 100 -> second < 64 || second > 127;
      case 169 -> second != 254;
      case 172 -> second < 16 || second > 31;
      case 192 ->
          !(second == 168
              || (second == 0 && (third == 0 || third == 2))
              || (second == 88 && third == 99));
      case 198 -> !(second == 18 || second == 19 || (second == 51 && third == 100));
      case 203 -> !(second == 0 && third == 113);
      default -> first < 224;
    };
  }

  /** Global unicast (2000::/3), without what holds another address and what is for documents. */
  private static boolean isV6(byte[] address) {
    int first = ((address[0] & 0xff) << 8) | (address[1] & 0xff);
    int second = ((address[2] & 0xff) << 8) | (address[3] & 0xff);
    boolean global = first >= 0x2000 && first <= 0x3fff;
    boolean special = first == 0x2001 && (second < 0x200 || second == 0xdb8);
    return global && !special && first != 0x2002 && first != 0x3fff;
  }
}
