package dev.stockade.server.selftest;

import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.policy.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Holds a result against what an attack wants, and against what is true of every result. */
final class Verification {
  private static final int MOST_SHOWN = 4000;

  private final Wanted wanted;
  private final Placeholders placeholders;
  private final List<String> faults = new ArrayList<>();

  Verification(Attack attack, Placeholders placeholders) {
    this.wanted = attack.wanted();
    this.placeholders = placeholders;
  }

  /** Each thing that is not as it must be; the last entry shows the whole result. */
  List<String> faults(RunResult result, Limits limits) {
    if (wanted.refused() != null) {
      return List.of("was run, not refused: " + describe(result));
    }
    equal("verdict", wanted.verdict(), result.verdict());
    stdout(text(result.stdout()));
    if (wanted.stderr() != null) {
      equal("stderr", placeholders.fill(wanted.stderr()), text(result.stderr()));
    }
    equal("degraded", List.of(), result.degraded());
    files(result);
    evidence(result);
    output(result, limits.output().bytes());
    wanted.counters().forEach((counter, bound) -> counter(counter, bound, counter.of(result)));
    if (!faults.isEmpty()) {
      faults.add(describe(result));
    }
    return List.copyOf(faults);
  }

  private void stdout(String text) {
    if (wanted.stdoutPattern() == null) {
      equal("stdout", placeholders.fill(Objects.requireNonNull(wanted.stdout())), text);
    } else if (!wanted.stdoutPattern().matcher(text).matches()) {
      faults.add("stdout does not match " + wanted.stdoutPattern());
    }
  }

  private void files(RunResult result) {
    Map<String, String> files = new TreeMap<>();
    Map<String, Long> sizes = new TreeMap<>();
    result
        .files()
        .forEach(
            (name, bytes) -> {
              if (wanted.fileSizes().containsKey(name)) {
                sizes.put(name, (long) bytes.length);
              } else {
                files.put(name, text(bytes));
              }
            });
    equal("file sizes", new TreeMap<>(wanted.fileSizes()), sizes);
    Map<String, String> wantedFiles = filled(wanted.files());
    Map<String, String> wantedErrors = filled(wanted.fileErrors());
    for (String name : filled(wanted.files()).keySet()) {
      if (wantedErrors.containsKey(name)) { // a race: either will do
        (files.containsKey(name) ? wantedErrors : wantedFiles).remove(name);
      }
    }
    equal("files", wantedFiles, files);
    equal("fileErrors", wantedErrors, new TreeMap<>(result.fileErrors()));
  }

  private Map<String, String> filled(Map<String, String> texts) {
    Map<String, String> filled = new TreeMap<>();
    texts.forEach((name, text) -> filled.put(placeholders.fill(name), placeholders.fill(text)));
    return filled;
  }

  private void evidence(RunResult result) {
    said("exit code", wanted.exitCode(), result.exitCode());
    said("signal", wanted.signal(), result.signal());
    said("wait status", wanted.waitStatus(), result.evidence().waitStatus());
    said("killedFor", wanted.killedFor(), result.evidence().killedFor());
    equal("deniedSyscall", wanted.deniedSyscall(), result.evidence().deniedSyscall());
    switch (result.verdict()) {
      case OK -> equal("exit code of OK", 0, result.exitCode());
      case NONZERO_EXIT -> equal("cause of the exit", null, result.evidence().killedFor());
      case SIGNALED -> equal("cause of the signal", null, result.evidence().killedFor());
      default -> {}
    }
  }

  private void output(RunResult result, long limit) {
    boolean out = isCutAt("stdout", result.stdout(), limit);
    boolean err = isCutAt("stderr", result.stderr(), limit);
    if (wanted.truncated() != null) {
      boolean fine =
          switch (wanted.truncated()) {
            case "stdout" -> out;
            case "stderr" -> err;
            default -> out || err;
          };
      equal("truncation of " + wanted.truncated(), true, fine);
    }
  }

  /** Whether a stream lost something; then it must have been kept up to the limit. */
  private boolean isCutAt(String stream, Output output, long limit) {
    boolean cut = output.totalBytes() > output.bytes().length;
    equal(stream + " flagged as truncated", cut, output.truncated());
    if (output.bytes().length > limit || (cut && output.bytes().length != limit)) {
      faults.add(stream + ": " + output.bytes().length + " bytes kept, limit " + limit);
    }
    return cut;
  }

  private void counter(Counter counter, Bound bound, @Nullable Long measured) {
    if (!bound.admits(measured)) {
      faults.add(counter.key() + " is " + measured + ", not " + bound);
    }
  }

  private void said(String what, @Nullable Object wantedValue, @Nullable Object value) {
    if (wantedValue != null) {
      equal(what, wantedValue, value);
    }
  }

  private void equal(String what, @Nullable Object wantedValue, @Nullable Object value) {
    if (!Objects.equals(wantedValue, value)) {
      faults.add(what + " is " + shown(value) + ", not " + shown(wantedValue));
    }
  }

  private static String shown(@Nullable Object value) {
    String text = String.valueOf(value);
    String cut = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
    return cut.contains("\n") ? "\n" + cut : "<" + cut + ">";
  }

  private static String text(Output output) {
    return text(output.bytes());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String start(Output output) {
    String text = text(output);
    return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
  }

  /** A result on a few lines, for messages. */
  static String describe(RunResult result) {
    return "the result: "
        + result.verdict()
        + " exit="
        + result.exitCode()
        + " signal="
        + result.signal()
        + " "
        + result.evidence()
        + " "
        + result.usage()
        + "\nstdout: "
        + start(result.stdout())
        + "\nstderr: "
        + start(result.stderr());
  }
}
