package dev.stockade.server.cli;

import dev.stockade.client.Content;
import dev.stockade.client.Job;
import dev.stockade.client.JobLimits;
import dev.stockade.client.JobRequest;
import dev.stockade.client.Language;
import dev.stockade.client.StockadeClient;
import dev.stockade.core.policy.LimitOverrides;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stockade submit}. */
@Command(
    name = "submit",
    description = "Have a job server compile and run a source file; otherwise as stockade run.",
    customSynopsis = "stockade submit [OPTIONS] --to URL FILE [-- ARG...]",
    footer = {
      "",
      "The program's stdout and stderr pass through byte for byte; a summary line",
      "follows on stderr. Ctrl-C cancels the job. Exit status: as of stockade run; 69",
      "when the server cannot be reached, or takes no job now.",
      "",
      "Examples:",
      "  ./stockade submit --to http://127.0.0.1:8080 solution.cpp < input.txt",
      "  ./stockade submit --to https://judge.example --token-file token --json main.py"
    })
final class SubmitCommand implements Callable<Integer>, TakesCommand {
  private static final String TOKEN = "STOCKADE_TOKEN";

  private final Streams streams;
  private List<String> words = List.of();

  @Option(
      names = "--to",
      paramLabel = "URL",
      required = true,
      description = "Address of the server, such as http://127.0.0.1:8080.")
  private String to = "";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Has the token that the server wants. Default: STOCKADE_TOKEN, if it is set.")
  private @Nullable String tokenFile;

  @Parameters(paramLabel = "FILE", description = "The source file. Its ending tells the language.")
  private String file = "";

  @Mixin private final LimitOptions limits = new LimitOptions();
  @Mixin private final InputOptions input = new InputOptions();

  @Mixin private final ReportOptions wanted = new ReportOptions();

  SubmitCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void take(List<String> rest) {
    words = rest;
  }

  @Override
  public Integer call() {
    StockadeClient client = client();
    String fileName = String.valueOf(HostPath.of("FILE", file).getFileName());
    String language = SourceProgram.languageOf(file, fileName, "");
    JobRequest request = request(language, fileName);
    try {
      RunSession session = new RunSession(streams);
      RemoteRun run = new RemoteRun(client.submit(request), session, new StatusLine(streams));
      return report(run.attend(!wanted.json()), client, language, session);
    } catch (UncheckedIOException e) {
      throw unreachable(e.getCause());
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }

  private StockadeClient client() {
    try {
      StockadeClient.Builder builder = StockadeClient.to(URI.create(to));
      String token =
          tokenFile == null
              ? System.getenv(TOKEN)
              : new String(HostPath.read("--token-file", tokenFile), StandardCharsets.UTF_8);
      return (token == null ? builder : builder.token(token.strip())).build();
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--to: " + to + " is no address of a server, such as http://127.0.0.1:8080");
    }
  }

  private JobRequest request(String language, String fileName) {
    JobRequest.Builder job =
        JobRequest.language(language)
            .main(fileName)
            .source(content(HostPath.read("FILE", file)))
            .args(words.stream().map(word -> content(ExactArguments.encode(word))).toList())
            .stdin(content(input.stdin(streams)))
            .limits(limits(limits.overrides()));
    for (InputFileOption option : input.files()) {
      Content content = content(option.bytes());
      if (option.isExecutable()) {
        job.executable(option.name(), content);
      } else {
        job.file(option.name(), content);
      }
    }
    input.outputFiles().forEach(job::outputFile);
    return (wanted.json() ? job : job.outputEvents()).build();
  }

  private static Content content(byte[] bytes) {
    return Content.bytes(bytes);
  }

  private static JobLimits limits(LimitOverrides asked) {
    return new JobLimits(
        asked.cpuTime(),
        asked.wallTime(),
        asked.memory() == null ? null : asked.memory().bytes(),
        asked.pids(),
        asked.output() == null ? null : asked.output().bytes(),
        asked.cpus());
  }

  private int report(Job job, StockadeClient client, String language, RunSession session) {
    RunReport report = new RunReport(streams, wanted.quiet());
    if (wanted.json()) {
      report.json(RemoteResult.of(job), true);
      return 0;
    }
    return report.text(RemoteResult.of(job), () -> limitsOf(client, language), session.isMidLine());
  }

  private RunLimits limitsOf(StockadeClient client, String id) {
    try {
      Language language =
          client.languages().stream()
              .filter(known -> known.id().equals(id))
              .findFirst()
              .orElseThrow(() -> new IOException("it has no language " + id + " any more"));
      return RemoteResult.of(language, limits.overrides());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }

  private UnavailableException unreachable(IOException failure) {
    return new UnavailableException("there is no job server at " + to + ": " + reason(failure));
  }

  private static String reason(IOException failure) {
    if (failure instanceof ConnectException) {
      // Of java.net.http, where a name that is not found is wrapped as well.
      return cause(failure, UnresolvedAddressException.class) != null
          ? "no host of this name is known here"
          : "nothing listens there; to start one on that host: ./stockade serve";
    }
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    // Wrapped when the end of a server that answers in plain text is noticed before its answer.
    SSLException tls = cause(failure, SSLException.class);
    return tls == null
        ? message
        : "TLS failed: "
            + tls.getMessage()
            + "; for a server without TLS write http:// in place of https://";
  }

  private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }
}
