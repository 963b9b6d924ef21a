package dev.stockade.server;

import dev.stockade.server.callback.CallbackConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How clients reach the server.
 *
 * @param tls certificate and key; empty: plain HTTP
 * @param allowedOrigins whose web pages may use the server, besides its own
 * @param callbacks how it reaches others
 */
public record EdgeConfig(Optional<Tls> tls, Set<String> allowedOrigins, CallbackConfig callbacks) {
  /** Plain HTTP, and no web page but its own. */
  public static final EdgeConfig PLAIN = new EdgeConfig(Optional.empty(), Set.of());

  private static final Pattern ORIGIN =
      Pattern.compile("https?://([a-z0-9.-]+|\\[[0-9a-f:]+])(:[0-9]{1,5})?");

  /**
   * Files in PEM.
   *
   * @param certificate the server's, followed by those that vouch for it
   */
  public record Tls(Path certificate, Path key) {
    public Tls {
      requireReadable("--tls-cert", certificate);
      requireReadable("--tls-key", key);
    }

    private static void requireReadable(String option, Path file) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new ConfigException(option + " " + file + " is not a file that can be read");
      }
    }
  }

  /** Without callbacks. */
  public EdgeConfig(Optional<Tls> tls, Set<String> allowedOrigins) {
    this(tls, allowedOrigins, CallbackConfig.NONE);
  }

  public EdgeConfig {
    allowedOrigins = Set.copyOf(new LinkedHashSet<>(allowedOrigins));
    for (String origin : allowedOrigins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new ConfigException(
            "--allow-origin "
                + origin
                + " is not an origin as browsers send it, such as https://judge.example");
      }
    }
  }
}
