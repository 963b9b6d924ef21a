package dev.stockade.server;

import dev.stockade.core.Cancellation;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.Quantities.SizeConverter;
import dev.stockade.server.Quantities.TimeConverter;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.access.TokenFileException;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.observe.ActivityLog;
import dev.stockade.server.observe.JsonLines;
import dev.stockade.server.observe.Metrics;
import dev.stockade.server.observe.Traces;
import dev.stockade.server.selftest.Arena;
import dev.stockade.server.selftest.Selftest;
import dev.stockade.server.store.Stores;
import dev.stockade.server.worker.CompileCache;
import dev.stockade.server.worker.SandboxJobRunner;
import dev.stockade.server.worker.Sandboxes;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code stockade serve}: runs the job server until SIGTERM or Ctrl-C, then drains it. */
@Command(
    name = "serve",
    description = "Run the job server until SIGTERM or Ctrl-C; jobs that run then may end.",
    footer = ServeExamples.TEXT)
public final class ServeCommand implements Callable<Integer> {
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";
  private static final ServerConfig DEFAULTS = ServerConfig.defaults();
  private static final String CONFIG = "--config";
  private static final String PRINT_CONFIG = "--print-config";
  private static final String JSON = "--json";
  private static final Pattern INVALID_VALUE =
      Pattern.compile("^Invalid value for option '[^']+'(?: \\([^)]*\\))?: ");
  private static final String DEFAULT_POLICY = "default";

  private final PrintStream out;
  private final PolicyCatalog policies;
  private final Map<String, String> environment;
  private final Function<Sandboxes, Languages> findLanguages;

  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address or name to listen on; others than loopback need --tokens. Default: 127.0.0.1")
  private String host = DEFAULTS.host();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "TCP port, 0 for a free one. Default: 8080")
  private int port = DEFAULTS.port();

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description =
          "File of tokens, of which clients must send one as Authorization: Bearer TOKEN; made by"
              + " stockade token. Default: none")
  private @Nullable Path tokens;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Certificate in PEM, followed by those that vouch for it. Default: none")
  private @Nullable Path tlsCert;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's private key in PEM (PKCS #8). Default: none")
  private @Nullable Path tlsKey;

  @Option(
      names = "--allow-origin",
      paramLabel = "ORIGIN",
      split = ",",
      description =
          "Web pages of this origin may use the server, as those of https://judge.example; several"
              + " by commas. Default: none")
  private List<String> allowOrigin = new ArrayList<>();

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Jobs that run at one time; one more where a token has none running. Default: one for"
              + " each processor")
  private int workers = DEFAULTS.workers();

  @Option(
      names = "--queue",
      paramLabel = "N",
      description = "Jobs that may wait for a worker. Default: 256")
  private int queue = DEFAULTS.queueCapacity();

  @Option(
      names = "--max-body",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Largest request body. Default: 16MiB")
  private ByteSize maxBody = DEFAULTS.maxBody();

  @Option(
      names = "--max-held-input",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Bodies of all waiting and running jobs together. Default: 1/8 of the heap")
  private ByteSize maxHeldInput = DEFAULTS.maxHeldInput();

  @Option(
      names = "--body-time",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Time for a request body to arrive. Default: 30s")
  private Duration bodyTime = DEFAULTS.bodyTime();

  @Option(
      names = "--max-wait",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Longest ?wait= of a request. Default: 1m")
  private Duration maxWait = DEFAULTS.maxWait();

  @Option(
      names = "--drain-time",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Time for accepted jobs to end after SIGTERM. Default: 30s")
  private Duration drainTime = DEFAULTS.drainTime();

  @Option(
      names = "--keep-jobs",
      paramLabel = "N",
      description = "Finished jobs that can be fetched. Default: 10000")
  private int keepJobs = DEFAULTS.finishedJobs();

  @Option(
      names = "--keep-for",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Time for which finished jobs can be fetched. Default: 1h")
  private Duration keepFor = DEFAULTS.finishedAge();

  @Option(
      names = "--keep-output",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Output of all finished jobs together. Default: 1/8 of the heap")
  private ByteSize keepOutput = DEFAULTS.finishedBytes();

  @Option(
      names = "--compile-cache",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description =
          "Compiled programs kept for jobs with the same source; 0B for none. Default: 1/16 of the"
              + " heap")
  private ByteSize compileCache = DEFAULTS.compileCache();

  @Mixin private FilesOptions files = new FilesOptions();

  @Mixin private CallbackOptions callbacks = new CallbackOptions();

  @Mixin private TracesOptions traces = new TracesOptions();

  /** What is said instead of a folder by who wants none. */
  private static final String NO_FOLDER = "none";

  @Option(
      names = "--data",
      paramLabel = "DIR|none",
      description =
          "Folder for accepted jobs, their results and stored files, which outlive the server; none"
              + " keeps jobs in memory. With --database: for copies of stored files, in place of the"
              + " temporary folder. Default: $$XDG_STATE_HOME/stockade or ~/.local/state/stockade")
  private @Nullable String data;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description =
          "PostgreSQL instead, which servers may share:"
              + " jdbc:postgresql://HOST/DATABASE?user=NAME; the password may be in ~/.pgpass."
              + " Default: none")
  private @Nullable String database;

  @Option(
      names = "--pin",
      description =
          "Keep each run to one processor, whatever its cpus limit: the one that fewest others have."
              + " Default: false")
  private boolean pin;

  @Option(
      names = "--log",
      paramLabel = "FORMAT",
      description =
          "What is logged on standard error: text, or json, with one line for each request and"
              + " each job. Default: text")
  private LogFormat log = LogFormat.text;

  @Option(
      names = CONFIG,
      paramLabel = "FILE",
      description = "YAML file with a key for each of these options. Default: none")
  private @Nullable Path configFile;

  @Option(
      names = PRINT_CONFIG,
      description = "Print the configuration, each value with where it came from, and end.")
  private boolean printConfig;

  @Option(names = JSON, description = "Print JSON on standard output: a line for each event.")
  private boolean json;

  /** How the log is written. */
  private enum LogFormat {
    text,
    json
  }

  /**
   * @param out told where the server listens and what to try
   * @param findLanguages looks for the toolchains of this host
   */
  public ServeCommand(
      PrintStream out, PolicyCatalog policies, Function<Sandboxes, Languages> findLanguages) {
    this(out, policies, findLanguages, System.getenv());
  }

  ServeCommand(
      PrintStream out,
      PolicyCatalog policies,
      Function<Sandboxes, Languages> findLanguages,
      Map<String, String> environment) {
    this.environment = environment;
    this.out = out;
    this.policies = policies;
    this.findLanguages = findLanguages;
  }

  /**
   * Serves until told to end.
   *
   * @throws CannotListenException when the port is taken or the address is not this host's
   * @throws dev.stockade.core.fault.HostUnsupportedException when the host cannot give what the
   *     default policy promises
   */
  @Override
  public Integer call() throws InterruptedException {
    Map<String, String> sources = takeSettings();
    ServeReport report = json ? ServeReport.json(out) : ServeReport.text(out);
    if (printConfig) {
      config();
      report.configuration(settable(), sources);
      return 0;
    }
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n");
    }
    ServerConfig config = config();
    if (log == LogFormat.json) {
      JsonLines.install();
    }
    Metrics metrics = new Metrics();
    EndSignal end = new EndSignal();
    try (Sandboxes sandboxes =
            new Sandboxes(policies, new SandboxOptions(config.workers(), 1, pin));
        LanguageSearch languages = new LanguageSearch();
        Traces told = traces.open()) {
      sandboxes.open(DEFAULT_POLICY);
      metrics.gauge("stockade.sandbox.slots", "Slots in a run or ready for one.", sandboxes::slots);
      metrics.gauge(
          "stockade.cgroup.leases", "Cgroups in use or kept for a run.", Sandbox::openLeases);
      SandboxJobRunner runner =
          new SandboxJobRunner(sandboxes, languages, CompileCache.ofSize(compileCache));
      StockadeServer.Services services =
          new StockadeServer.Services(
              runner,
              languages,
              policies,
              () -> Selftest.whyNot(arena(sandboxes)),
              store(),
              metrics,
              log == LogFormat.json ? ActivityLog.on() : ActivityLog.OFF,
              told);
      try (StockadeServer server = start(config, services)) {
        String address = CurlLine.addressOf(config, server.port());
        report.listening(address);
        // Behind the first job, which the toolchains would take the processors from.
        CompletableFuture<Void> tried = server.firstTry().toCompletableFuture();
        languages.start(
            () -> {
              tried.join();
              return findLanguages.apply(sandboxes);
            },
            found -> report.toTry(CurlLine.of(address, tokens != null, found)));
        end.await();
        report.ending(drainTime, "none".equals(data));
      }
    }
    return 0;
  }

  /** The options that the environment and the file may set as well. */
  private List<OptionSpec> settable() {
    return spec.options().stream()
        .filter(option -> option.userObject() instanceof Field field && isOurs(field))
        .filter(option -> !List.of(CONFIG, PRINT_CONFIG, JSON).contains(option.longestName()))
        .toList();
  }

  private static boolean isOurs(Field field) {
    return Set.of(
            ServeCommand.class, FilesOptions.class, CallbackOptions.class, TracesOptions.class)
        .contains(field.getDeclaringClass());
  }

  /**
   * Takes from the environment and the file what the command line does not have.
   *
   * @return where the value of each option came from
   */
  private Map<String, String> takeSettings() {
    Map<String, String> sources = new HashMap<>();
    ParseResult given = spec.commandLine().getParseResult();
    try {
      List<String> names = settable().stream().map(OptionSpec::longestName).toList();
      Settings settings = Settings.read(names, environment, configFile);
      for (OptionSpec option : settable()) {
        String name = option.longestName();
        Setting setting = settings.of(name).orElse(null);
        if (given.hasMatchedOption(option)) {
          sources.put(name, name);
        } else if (setting == null) {
          sources.put(name, "default");
        } else {
          sources.put(name, setting.place());
          option.setValue(converted(name, setting));
        }
      }
      return sources;
    } catch (ConfigException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** The value as the command line would have read it. */
  private @Nullable Object converted(String name, Setting setting) {
    if (spec.findOption(name).typeInfo().isBoolean()) {
      if (!List.of("true", "false").contains(setting.text())) {
        throw new ConfigException(
            setting.place() + ": '" + setting.text() + "' is neither true nor false");
      }
      return Boolean.valueOf(setting.text());
    }
    CommandLine another =
        new CommandLine(new ServeCommand(out, policies, findLanguages, environment));
    try {
      another.parseArgs(name + "=" + setting.text());
    } catch (ParameterException e) {
      String problem = INVALID_VALUE.matcher(String.valueOf(e.getMessage())).replaceFirst("");
      throw new ConfigException(setting.place() + ": " + problem);
    }
    return another.getCommandSpec().findOption(name).getValue();
  }

  private StockadeServer start(ServerConfig config, StockadeServer.Services services) {
    try {
      return StockadeServer.start(config, services);
    } catch (ConfigException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** The sandboxes in which jobs are run. */
  private Arena arena(Sandboxes sandboxes) {
    return new Arena() {
      @Override
      public Policy policy(String name) {
        return policies.find(name).orElseThrow();
      }

      @Override
      public RunResult run(String policy, RunRequest request) {
        return sandboxes.run(policy, request, new Cancellation());
      }
    };
  }

  private ServerConfig config() {
    try {
      ServerConfig config =
          new ServerConfig(
              host,
              port,
              Optional.ofNullable(tokens),
              workers,
              queue,
              maxBody,
              maxHeldInput,
              bodyTime,
              maxWait,
              drainTime,
              keepJobs,
              keepFor,
              keepOutput,
              compileCache,
              files.limits(),
              new EdgeConfig(tls(), new LinkedHashSet<>(allowOrigin), callbacks.config()));
      config.bindAddress();
      if (tokens != null) {
        new TokenFile(tokens).read();
      }
      return config;
    } catch (ConfigException | TokenFileException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Stores.Opener store() {
    if (database != null) {
      return Stores.inPostgresql(database, folderOfCopies());
    }
    if (NO_FOLDER.equals(data)) {
      return Stores::inMemory;
    }
    return Stores.inFolder(data == null ? usualFolder() : Path.of(data));
  }

  /** Where copies are of files that are in the database. */
  private Path folderOfCopies() {
    return data == null || NO_FOLDER.equals(data)
        ? Path.of(System.getProperty("java.io.tmpdir"))
        : Path.of(data);
  }

  private Path usualFolder() {
    String state = System.getenv("XDG_STATE_HOME");
    if (state != null && state.startsWith("/")) {
      return Path.of(state, "stockade");
    }
    String home = System.getenv("HOME");
    if (home == null || !home.startsWith("/")) {
      throw new ParameterException(
          spec.commandLine(), "there is no HOME to keep jobs in: give --data DIR or --data none");
    }
    return Path.of(home, ".local", "state", "stockade");
  }

  private Optional<EdgeConfig.Tls> tls() {
    if (tlsCert == null && tlsKey == null) {
      return Optional.empty();
    }
    if (tlsCert == null || tlsKey == null) {
      throw new ConfigException("--tls-cert and --tls-key are given together");
    }
    return Optional.of(new EdgeConfig.Tls(tlsCert, tlsKey));
  }
}
