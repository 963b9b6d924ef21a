package dev.stockade.core;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.LimitOverrides;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to run: command, files, input and limits. Bytes are passed on as they are; no shell sees
 * them.
 */
public final class RunRequest {
  private final List<byte[]> command;
  private final Map<String, String> environment;
  private final Content stdin;
  private final Map<String, InputFile> files;
  private final List<String> outputFiles;
  private final LimitOverrides limits;
  private final @Nullable OutputStream stdoutTo;
  private final @Nullable OutputStream stderrTo;
  private final @Nullable LiveRun attendant;

  private RunRequest(Builder builder) {
    if (builder.command.isEmpty()) {
      throw new InvalidRequestException("command", "must name a program");
    }
    this.command = List.copyOf(builder.command);
    this.environment = Collections.unmodifiableMap(new LinkedHashMap<>(builder.environment));
    this.stdin = builder.stdin;
    this.files = Collections.unmodifiableMap(new LinkedHashMap<>(builder.files));
    this.outputFiles = List.copyOf(builder.outputFiles);
    this.limits = builder.limits;
    this.stdoutTo = builder.stdoutTo;
    this.stderrTo = builder.stderrTo;
    this.attendant = builder.attendant;
  }

  /**
   * A file put into the workspace before the program starts.
   *
   * @param content byte for byte
   * @param executable whether its mode is 0755 rather than 0644
   */
  public record InputFile(Content content, boolean executable) {
    public InputFile(byte[] content, boolean executable) {
      this(Content.of(content), executable);
    }
  }

  /** Starts a request for a program and its arguments, as UTF-8. */
  public static Builder command(String... command) {
    return command(List.of(command));
  }

  /** Starts a request for a program and its arguments, as UTF-8. */
  public static Builder command(List<String> command) {
    List<byte[]> bytes = new ArrayList<>();
    for (String argument : command) {
      bytes.add(argument.getBytes(StandardCharsets.UTF_8));
    }
    return commandBytes(bytes);
  }

  /**
   * Starts a request for a program and its arguments, byte for byte. A program without a slash is
   * looked up in the {@code PATH} of the sandbox.
   */
  public static Builder commandBytes(List<byte[]> command) {
    return new Builder(command);
  }

  public List<byte[]> command() {
    return command;
  }

  /** Added to the policy's environment, or in place of its variables of the same name. */
  public Map<String, String> environment() {
    return environment;
  }

  public Content stdin() {
    return stdin;
  }

  public Map<String, InputFile> files() {
    return files;
  }

  public List<String> outputFiles() {
    return outputFiles;
  }

  public LimitOverrides limits() {
    return limits;
  }

  /**
   * Where standard output goes while the program runs, besides the result; {@code null}: nowhere.
   */
  public @Nullable OutputStream stdoutTo() {
    return stdoutTo;
  }

  /**
   * Where standard error goes while the program runs, besides the result; {@code null}: nowhere.
   */
  public @Nullable OutputStream stderrTo() {
    return stderrTo;
  }

  /** Who attends the run; {@code null}: nobody. */
  public @Nullable LiveRun attendant() {
    return attendant;
  }

  /** The same request, without input of its own, for a run that somebody attends. */
  public RunRequest attendedBy(LiveRun live) {
    Builder copy = copy();
    copy.attendant = live;
    return copy.build();
  }

  /**
   * The same request, whose output is also passed on while the program runs. The streams are not
   * closed.
   */
  public RunRequest passingOutputTo(OutputStream stdoutStream, OutputStream stderrStream) {
    return copy().stdoutTo(stdoutStream).stderrTo(stderrStream).build();
  }

  /** The same request with other limits. */
  public RunRequest withLimits(LimitOverrides others) {
    return copy().limits(others).build();
  }

  private Builder copy() {
    Builder copy = new Builder(command);
    copy.environment.putAll(environment);
    copy.stdin = stdin;
    copy.files.putAll(files);
    copy.outputFiles.addAll(outputFiles);
    copy.limits = limits;
    copy.stdoutTo = stdoutTo;
    copy.stderrTo = stderrTo;
    copy.attendant = attendant;
    return copy;
  }

  /** Collects a request. */
  public static final class Builder {
    private final List<byte[]> command;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Content stdin = Content.NOTHING;
    private final Map<String, InputFile> files = new LinkedHashMap<>();
    private final List<String> outputFiles = new ArrayList<>();
    private LimitOverrides limits = LimitOverrides.NONE;
    private @Nullable OutputStream stdoutTo;
    private @Nullable OutputStream stderrTo;
    private @Nullable LiveRun attendant;

    private Builder(List<byte[]> command) {
      this.command = List.copyOf(command);
    }

    public Builder environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Standard input, byte for byte; default: empty. */
    public Builder stdin(byte[] bytes) {
      return stdin(Content.of(bytes.clone()));
    }

    /** Standard input; default: empty. */
    public Builder stdin(Content content) {
      this.stdin = content;
      return this;
    }

    /** Standard input as UTF-8; default: empty. */
    public Builder stdin(String text) {
      return stdin(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts a file of mode 0644 into the workspace; the name is relative and may have folders. */
    public Builder file(String name, byte[] content) {
      files.put(name, new InputFile(content.clone(), false));
      return this;
    }

    /** Puts a file of mode 0644 into the workspace, as UTF-8. */
    public Builder file(String name, String content) {
      return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts a file of mode 0755 into the workspace. */
    public Builder executable(String name, byte[] content) {
      files.put(name, new InputFile(content.clone(), true));
      return this;
    }

    /** Puts a file into the workspace. */
    public Builder file(String name, InputFile file) {
      files.put(name, file);
      return this;
    }

    /** Asks for a regular file of the workspace to be read back when every process is gone. */
    public Builder outputFile(String name) {
      outputFiles.add(name);
      return this;
    }

    public Builder limits(LimitOverrides overrides) {
      this.limits = overrides;
      return this;
    }

    /** Also passes standard output on while the program runs. The stream is not closed. */
    public Builder stdoutTo(OutputStream stream) {
      this.stdoutTo = stream;
      return this;
    }

    /** Also passes standard error on while the program runs. The stream is not closed. */
    public Builder stderrTo(OutputStream stream) {
      this.stderrTo = stream;
      return this;
    }

    public RunRequest build() {
      return new RunRequest(this);
    }
  }
}
