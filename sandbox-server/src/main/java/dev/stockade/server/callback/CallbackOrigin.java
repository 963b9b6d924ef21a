package dev.stockade.server.callback;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a callback goes to.
 *
 * @param https whether by HTTPS
 * @param host name in small letters, or address; IPv6 in brackets
 */
public record CallbackOrigin(boolean https, String host, int port) {
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);

  /**
   * The origin that an option names: {@code [http://]HOST[:PORT]}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static CallbackOrigin parse(String text) {
    try {
      URI uri = new URI(text.contains("://") ? text : "https://" + text);
      if (uri.getRawPath().isEmpty() && uri.getRawQuery() == null) {
        return of(uri);
      }
    } catch (URISyntaxException e) {
      throw refusal(text);
    }
    throw refusal(text);
  }

  private static IllegalArgumentException refusal(String text) {
    return new IllegalArgumentException(
        text + " is not a host such as hooks.example, hooks.example:8443 or http://hooks.example");
  }

  /**
   * Where a URL leads.
   *
   * @throws IllegalArgumentException with what is wrong about it
   */
  static CallbackOrigin of(URI url) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    boolean https = scheme.equals("https");
    if (!https && !scheme.equals("http")) {
      throw new IllegalArgumentException("must begin with https://");
    }
    if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "must be https://HOST[:PORT]/PATH, without user and fragment");
    }
    int port = url.getPort() == -1 ? https ? 443 : 80 : url.getPort();
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("has the port " + port + "; it is 1 to 65535");
    }
    return new CallbackOrigin(https, canonical(url.getHost().toLowerCase(Locale.ROOT)), port);
  }

  private static String canonical(String host) {
    if (host.startsWith("[")) {
      InetAddress address = literal(host).orElseThrow();
      String text = address.getHostAddress();
      return text.contains(":") ? "[" + text + "]" : text; // ::ffff:1.2.3.4 is 1.2.3.4
    }
    return host;
  }

  /** The address, where the host is one; nothing is looked up. */
  Optional<InetAddress> address() {
    return literal(host);
  }

  private static Optional<InetAddress> literal(String host) {
    boolean ipv6 = host.startsWith("[");
    if (!ipv6 && !IPV4.matcher(host).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(ipv6 ? host.substring(1, host.length() - 1) : host));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("has a host that is not an address: " + host, e);
    }
  }
}
