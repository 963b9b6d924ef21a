package dev.stockade.server.language;

import dev.stockade.core.RunRequest.InputFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A command with what it needs beside the job's own files.
 *
 * @param command program and arguments
 * @param environment set besides the policy's
 * @param files put into the workspace, by name
 * @param outputs files of the workspace that the command leaves
 */
record Invocation(
    List<String> command,
    Map<String, String> environment,
    Map<String, InputFile> files,
    List<String> outputs) {
  /** A command that needs nothing and leaves nothing. */
  static Invocation of(List<String> command) {
    return new Invocation(List.copyOf(command), Map.of(), Map.of(), List.of());
  }

  Invocation environment(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(name, value);
    return new Invocation(command, more, files, outputs);
  }

  Invocation file(String name, InputFile file) {
    Map<String, InputFile> more = new LinkedHashMap<>(files);
    more.put(name, file);
    return new Invocation(command, environment, more, outputs);
  }

  Invocation leaves(String name) {
    return new Invocation(command, environment, files, List.of(name));
  }
}
