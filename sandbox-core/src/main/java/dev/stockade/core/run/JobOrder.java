package dev.stockade.core.run;

import dev.stockade.core.linux.Source;
import dev.stockade.core.policy.Limits;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One job as the supervisor takes it: everything is checked and resolved.
 *
 * @param environment the program's whole environment
 * @param attendance whose standard input the program has; {@code null}: it has {@code stdin}
 */
public record JobOrder(
    List<byte[]> command,
    Map<String, String> environment,
    Source stdin,
    List<InputFile> files,
    List<String> outputFiles,
    Limits limits,
    @Nullable OutputStream stdoutTo,
    @Nullable OutputStream stderrTo,
    @Nullable Attendance attendance) {
  /** A file to put into the workspace; its name is relative and clean. */
  public record InputFile(String name, Source content, int mode) {}
}
