package dev.stockade.server.cli;

import dev.stockade.core.RunRequest.InputFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code --file HOST[=NAME]}: what is behind the last {@code =} is the name in the workspace;
 * without one it is the file's own.
 */
record InputFileOption(String host, String name) {
  private static final String OPTION = "--file";

  static InputFileOption parse(String text) {
    int equals = text.lastIndexOf('=');
    if (equals >= 0) {
      return new InputFileOption(text.substring(0, equals), text.substring(equals + 1));
    }
    Path own = HostPath.of(OPTION, text).getFileName();
    if (own == null) {
      throw new UsageException(OPTION + ": " + text + " is a folder");
    }
    return new InputFileOption(text, own.toString());
  }

  /** Reads the file; it is executable in the sandbox when it is so here. */
  InputFile read() {
    return new InputFile(bytes(), isExecutable());
  }

  byte[] bytes() {
    return HostPath.read(OPTION, host);
  }

  boolean isExecutable() {
    return Files.isExecutable(HostPath.of(OPTION, host));
  }
}
