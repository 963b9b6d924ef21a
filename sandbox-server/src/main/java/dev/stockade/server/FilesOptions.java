package dev.stockade.server;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.Quantities.SizeConverter;
import dev.stockade.server.Quantities.TimeConverter;
import dev.stockade.server.files.FileLimits;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code serve} can be told about stored files. */
@Command
final class FilesOptions {
  private static final FileLimits DEFAULTS = FileLimits.defaults();

  @Option(
      names = "--max-file",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Largest file that can be stored by PUT /v1/files. Default: 256MiB")
  private ByteSize maxFile = DEFAULTS.largest();

  @Option(
      names = "--max-files",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "All stored files together. Default: 4GiB")
  private ByteSize maxFiles = DEFAULTS.total();

  @Option(
      names = "--keep-files",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Time for which stored files are kept that nobody uses. Default: 24h")
  private Duration keepFiles = DEFAULTS.keep();

  FileLimits limits() {
    return new FileLimits(maxFile, maxFiles, keepFiles);
  }
}
