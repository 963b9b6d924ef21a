package dev.stockade.server;

import dev.stockade.server.job.Language;
import dev.stockade.server.job.Languages;

/** What somebody who has just started a server can type to try it. */
final class CurlLine {
  private static final String PLAIN = "http://";

  private CurlLine() {}

  /** Where a server is reached: scheme, host and port. */
  static String addressOf(ServerConfig config, int port) {
    String scheme = config.edge().tls().isPresent() ? "https://" : PLAIN;
    String host = config.host();
    return scheme + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /** A job that works with the languages that there are. */
  static String of(String address, boolean needsToken, Languages languages) {
    boolean python =
        languages
            .find("python")
            .filter(language -> language.availability() instanceof Language.Available)
            .isPresent();
    String job =
        python
            ? "{\"language\":\"python\",\"source\":\"print(input()[::-1])\",\"stdin\":\"stressed\"}"
            : "{\"command\":[\"rev\"],\"stdin\":\"stressed\"}";
    String header = needsToken ? "-H \"Authorization: Bearer $TOKEN\" " : "";
    String where = address.startsWith(PLAIN) ? address.substring(PLAIN.length()) : address;
    return "curl " + header + "-d '" + job + "' '" + where + "/v1/jobs?wait=10s'";
  }
}
