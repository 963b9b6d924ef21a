package dev.stockade.server;

import dev.stockade.server.observe.Traces;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What {@code serve} can be told about traces. */
@Command
final class TracesOptions {
  @Option(
      names = "--traces-to",
      paramLabel = "URL",
      converter = UrlConverter.class,
      description =
          "Collector of OpenTelemetry that is told how long requests and jobs took, by OTLP over"
              + " HTTP: http://127.0.0.1:4318/v1/traces. Default: none")
  private @Nullable URI collector;

  /** Whoever gets them closes them. */
  Traces open() {
    return collector == null ? Traces.OFF : Traces.to(collector);
  }

  /** Takes URLs that requests can be sent to. */
  static final class UrlConverter implements ITypeConverter<URI> {
    @Override
    public URI convert(String text) {
      try {
        URI url = new URI(text);
        if (url.getHost() != null && Set.of("http", "https").contains(url.getScheme())) {
          return url;
        }
      } catch (URISyntaxException e) {
        // said below
      }
      throw new TypeConversionException("\"" + text + "\" is no URL with http or https and a host");
    }
  }
}
