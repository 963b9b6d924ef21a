package dev.stockade.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command line hands to a program, and brings back from it. */
final class InputOptions {
  @Option(
      names = "--stdin",
      paramLabel = "FILE",
      description = "Standard input of the program. Default: our own, up to its end.")
  private @Nullable String stdinFile;

  @Option(
      names = "--file",
      paramLabel = "HOST[=NAME]",
      description = "Put a file of the host into the workspace, under its own name or NAME.")
  private List<String> files = List.of();

  @Option(
      names = "--output-file",
      paramLabel = "NAME",
      description = "Bring a file of the workspace back when the program has ended.")
  private List<String> outputFiles = List.of();

  byte[] stdin(Streams streams) {
    if (stdinFile != null) {
      return HostPath.read("--stdin", stdinFile);
    }
    if (streams.inIsTerminal()) {
      streams.messages().println("stockade: type the program's input; Ctrl-D ends it");
    }
    try {
      return HostPath.readAll("standard input", streams.in());
    } catch (IOException e) {
      throw new UsageException("standard input cannot be read: " + e.getMessage());
    }
  }

  /** Files that go in, each under another name. */
  List<InputFileOption> files() {
    List<InputFileOption> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String text : files) {
      InputFileOption option = InputFileOption.parse(text);
      if (!names.add(option.name())) {
        throw new UsageException("--file: the name " + option.name() + " is given twice");
      }
      all.add(option);
    }
    return all;
  }

  List<String> outputFiles() {
    return outputFiles;
  }
}
