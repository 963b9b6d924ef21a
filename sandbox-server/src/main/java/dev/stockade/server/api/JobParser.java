package dev.stockade.server.api;

import dev.stockade.core.Content;
import dev.stockade.core.RunRequest.InputFile;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.callback.CallbackTargets;
import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.LinkedJob;
import dev.stockade.server.job.OutputJudge;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.job.StoredFile;
import dev.stockade.server.job.StoredFiles;
import dev.stockade.server.job.Submission;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a body into a {@link JobRequest}, or into one answer that names all its faults.
 *
 * <p>It refuses whatever the contract refuses, in words for people, and what no schema can say:
 * names that leave the workspace, limits above a ceiling, languages that are not here.
 */
final class JobParser {
  /** Key of {@link Submission#priority}. */
  static final String PRIORITY = "priority";

  /** Key of {@link Submission#callback}. */
  static final String CALLBACK = "callback";

  private static final String URL = "url";

  private static final int MAX_FILES = 256;
  private static final int MAX_OUTPUT_FILES = 64;

  private static final String DEFAULT_POLICY = "default";

  private static final Set<String> LANGUAGE_PROGRAM =
      keys("language", "source", "main", "files", "args", "stdin", "limits", "outputFiles");
  private static final Set<String> COMMAND_PROGRAM =
      keys("command", "policy", "files", "stdin", "limits", "outputFiles");
  private static final Set<String> JOB_OF_ONE =
      keys(
          "outputEvents",
          "tests",
          "groups",
          "checker",
          "interactor",
          "parallelism",
          "stopOnFirstFailure",
          "keepOutput",
          PRIORITY,
          CALLBACK);
  private static final Set<String> LINKED_JOB = keys(ProgramsParser.PROGRAMS, PRIORITY, CALLBACK);
  private static final Set<String> CONTENT_KEYS = keys("content", "base64", ContentReader.SHA256);
  private static final Set<String> FILE_KEYS =
      keys("content", "base64", ContentReader.SHA256, "executable");
  private static final Set<String> CHECKER_KEYS =
      keys("type", "language", "source", "main", "files", "limits");
  private static final Set<String> INTERACTOR_KEYS =
      keys("language", "source", "main", "files", "limits");

  private final Languages languages;
  private final PolicyCatalog policies;
  private final StoredFiles stored;
  private final CallbackTargets callbacks;

  /** Of jobs that have been accepted before. */
  JobParser(Languages languages, PolicyCatalog policies, StoredFiles stored) {
    this(languages, policies, stored, CallbackTargets.ACCEPTED);
  }

  JobParser(
      Languages languages, PolicyCatalog policies, StoredFiles stored, CallbackTargets callbacks) {
    this.callbacks = callbacks;
    this.languages = languages;
    this.policies = policies;
    this.stored = stored;
  }

  private static Set<String> keys(String... keys) {
    return new LinkedHashSet<>(List.of(keys));
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(others);
    return all;
  }

  /**
   * Reads a job.
   *
   * @throws ProblemException with every fault found
   */
  JobRequest parse(JsonObject body) {
    FieldErrors errors = new FieldErrors();
    JobRequest request =
        body.containsKey(ProgramsParser.PROGRAMS) ? linked(body, errors) : single(body, errors);
    if (body.containsKey(PRIORITY)) {
      new Values(errors)
          .whole(
              body.getValue(PRIORITY),
              PRIORITY,
              Submission.LEAST_PRIORITY,
              Submission.MOST_PRIORITY);
    }
    if (body.containsKey(CALLBACK)) {
      checkCallback(body.getValue(CALLBACK), errors);
    }
    errors.throwIfAny();
    return request;
  }

  private LinkedJob linked(JsonObject body, FieldErrors errors) {
    new Values(errors).onlyKeys(body, "", LINKED_JOB, "a job with programs");
    return new ProgramsParser(
            errors,
            (program, field) -> new Reading(program, field + ".", errors).linkedProgram(field),
            this::policyOf)
        .parse(body);
  }

  private JobRequest single(JsonObject body, FieldErrors errors) {
    boolean language = hasLanguage(body, "", "a job", errors);
    errors.throwIfAny();
    Reading reading = new Reading(body, "", errors);
    JobRequest request =
        language ? reading.languageJob("a job with a language") : reading.commandJob();
    if (body.containsKey("tests")) {
      return tested(request, body, errors);
    }
    TestsParser.refuseWithoutTests(body, errors);
    return request;
  }

  /** Whether it is a program in a language, or a command: it must be one of the two. */
  private static boolean hasLanguage(
      JsonObject body, String parent, String owner, FieldErrors errors) {
    boolean language = body.containsKey("language");
    boolean command = body.containsKey("command");
    if (language && command) {
      errors.add(
          parent + "command", "cannot stand beside language: " + owner + " has one of the two");
    } else if (!language && !command) {
      errors.add(
          parent + "language", "is missing: " + owner + " has either a language or a command");
    }
    return language;
  }

  private void checkCallback(Object value, FieldErrors errors) {
    Values values = new Values(errors);
    String field = CALLBACK + "." + URL;
    if (!(value instanceof JsonObject callback)) {
      values.object(value, CALLBACK);
      return;
    }
    values.onlyKeys(callback, CALLBACK, Set.of(URL), "a callback");
    if (!callback.containsKey(URL)) {
      errors.add(field, "is missing");
      return;
    }
    int faults = errors.all().size();
    String url = values.text(callback.getValue(URL), field);
    String fault = errors.all().size() == faults ? callbacks.faultOf(url) : null;
    if (fault != null) {
      errors.add(field, fault);
    }
  }

  /** Who is told of the end of a job that has been parsed; {@code null}: nobody. */
  static @Nullable String callbackOf(JsonObject body) {
    JsonObject callback = body.getJsonObject(CALLBACK);
    return callback == null ? null : callback.getString(URL);
  }

  private JobRequest tested(JobRequest program, JsonObject body, FieldErrors errors) {
    return new TestsParser(
            errors,
            policyOf(program),
            new ContentReader(errors, stored),
            checker -> new Reading(checker, "checker.", errors).partJob("checker", CHECKER_KEYS),
            interactor ->
                new Reading(interactor, "interactor.", errors)
                    .partJob("interactor", INTERACTOR_KEYS))
        .parse(program, body);
  }

  private Optional<Policy> policyOf(JobRequest program) {
    return program instanceof CommandJob command
        ? policies.find(command.policy())
        : languages
            .find(((LanguageJob) program).language())
            .map(Language::policy)
            .flatMap(policies::find);
  }

  /** One body being read. */
  private final class Reading {
    private final JsonObject body;
    private final String parent;
    private final FieldErrors errors;
    private final Values values;
    private final ContentReader contents;

    /**
     * @param parent what stands before each key in the path of a field
     */
    Reading(JsonObject body, String parent, FieldErrors errors) {
      this.body = body;
      this.parent = parent;
      this.errors = errors;
      this.values = new Values(errors);
      this.contents = new ContentReader(errors, stored);
    }

    private String field(String key) {
      return parent + key;
    }

    /** A checker program or an interactor: a language job, but for what the server gives it. */
    LanguageJob partJob(String part, Set<String> keys) {
      String owner = part.equals("checker") ? "a checker program" : "an interactor";
      values.onlyKeys(body, part, keys, owner);
      if (!body.containsKey("language")) {
        errors.add(field("language"), "is missing: " + owner + " is written in one");
        return new LanguageJob("", null, new byte[0], List.of(), JobInput.NONE);
      }
      LanguageJob program = language();
      for (String name : OutputJudge.Program.FILES) {
        if (program.input().files().containsKey(name) || name.equals(program.sourceName())) {
          errors.add(
              FileNames.field(field("files"), name),
              "is the name of a file that the " + part + " gets");
        }
      }
      return program;
    }

    /** A program of a linked job, without what makes it one. */
    JobRequest linkedProgram(String field) {
      boolean language = hasLanguage(body, parent, "a program", errors);
      Set<String> keys = language ? LANGUAGE_PROGRAM : COMMAND_PROGRAM;
      values.onlyKeys(
          body,
          field,
          union(ProgramsParser.KEYS, keys),
          "a program with a " + (language ? "language" : "command"));
      return language ? language() : command();
    }

    LanguageJob languageJob(String owner) {
      values.onlyKeys(body, "", union(LANGUAGE_PROGRAM, JOB_OF_ONE), owner);
      return language();
    }

    private LanguageJob language() {
      int faults = errors.all().size();
      String id = values.text(body.getValue("language"), field("language"));
      boolean known = errors.all().size() == faults;
      Optional<Language> language = known ? languages.find(id) : Optional.empty();
      Optional<String> policy = language.map(Language::policy);
      if (language.isEmpty()) {
        errors.add(
            field("language"),
            Shown.of(id) + " is not a language of this server; " + languageIds());
      } else if (language.get().availability() instanceof Language.Unavailable unavailable) {
        errors.add(
            field("language"), Shown.of(id) + " cannot be used here: " + unavailable.reason());
      }
      Map<String, InputFile> files = files();
      LimitOverrides limits = limits(policy);
      Main main = main(files);
      files.remove(main.name());
      List<byte[]> args = arguments("args", 0);
      JobInput input = new JobInput(stdin(), files, outputFiles(), limits, outputEvents());
      return new LanguageJob(id, main.name(), main.source(), args, input);
    }

    CommandJob commandJob() {
      values.onlyKeys(body, "", union(COMMAND_PROGRAM, JOB_OF_ONE), "a job with a command");
      return command();
    }

    private CommandJob command() {
      List<byte[]> command = arguments("command", 1);
      if (!command.isEmpty() && command.get(0).length == 0) {
        errors.add(field("command[0]"), "is empty; it names the program");
      }
      String policy =
          body.containsKey("policy")
              ? values.text(body.getValue("policy"), field("policy"))
              : DEFAULT_POLICY;
      if (policies.find(policy).isEmpty()) {
        errors.add(
            field("policy"),
            Shown.of(policy) + " is not a policy of this server; " + policyNames());
      }
      LimitOverrides limits = limits(Optional.of(policy));
      return new CommandJob(
          command, policy, new JobInput(stdin(), files(), outputFiles(), limits, outputEvents()));
    }

    /** The main file: {@code source}, or the one of {@code files} that {@code main} names. */
    private Main main(Map<String, InputFile> files) {
      @Nullable String name =
          body.containsKey("main") ? fileName(body.getValue("main"), field("main")) : null;
      if (body.containsKey("source")) {
        if (name != null && files.containsKey(name)) {
          errors.add(
              field("main"), "is the name of source, and files has a file of that name as well");
        }
        return new Main(name, values.bytes(body.getValue("source"), field("source")));
      }
      if (!body.containsKey("files")) {
        errors.add(field("source"), "is missing: a job with a language has source or files");
        return Main.NONE;
      }
      if (name == null && files.size() == 1) {
        name = files.keySet().iterator().next();
      }
      InputFile file = name == null ? null : files.get(name);
      if (file == null) {
        errors.add(field("main"), "must name the one of files that is the program");
        return Main.NONE;
      }
      if (!(file.content() instanceof Content.InMemory inBody)) {
        errors.add(field("main"), "must be in the request itself: the server reads it");
        return Main.NONE;
      }
      return new Main(name, inBody.bytes());
    }

    private Content stdin() {
      return body.containsKey("stdin")
          ? contents.read(body.getValue("stdin"), field("stdin"))
          : Content.NOTHING;
    }

    private List<byte[]> arguments(String key, int least) {
      if (!body.containsKey(key)) {
        return List.of();
      }
      int faults = errors.all().size();
      List<byte[]> arguments = values.arguments(body.getValue(key), field(key));
      if (arguments.size() < least && errors.all().size() == faults) {
        errors.add(field(key), "is empty; its first string names the program");
      }
      return arguments;
    }

    private Map<String, InputFile> files() {
      Map<String, InputFile> files = new LinkedHashMap<>();
      if (!body.containsKey("files")) {
        return files;
      }
      JsonObject object = values.object(body.getValue("files"), field("files"));
      if (object.size() > MAX_FILES) {
        errors.add(
            field("files"), "has " + object.size() + " files; a job has at most " + MAX_FILES);
        return files;
      }
      for (String name : object.fieldNames()) {
        String field = FileNames.field(field("files"), name);
        String fault = FileNames.faultOf(name);
        if (fault == null) {
          files.put(name, inputFile(object.getValue(name), field));
        } else {
          errors.add(field, "the name " + fault);
        }
      }
      for (String name : files.keySet()) {
        String folder = FileNames.fileUsedAsFolder(name, files.keySet());
        if (folder != null) {
          errors.add(
              FileNames.field(field("files"), name),
              "needs " + Shown.of(folder) + " to be a folder, which is a file of this job");
        }
      }
      return files;
    }

    private InputFile inputFile(@Nullable Object value, String field) {
      if (!(value instanceof JsonObject object)) {
        return new InputFile(values.bytes(value, field), false);
      }
      values.onlyKeys(object, field, FILE_KEYS, "a file");
      long kinds = CONTENT_KEYS.stream().filter(object::containsKey).count();
      if (kinds != 1) {
        errors.add(field, "must have exactly one of " + String.join(", ", CONTENT_KEYS));
        return new InputFile(Content.NOTHING, false);
      }
      Object executable = object.getValue("executable", false);
      if (!(executable instanceof Boolean)) {
        errors.add(field + ".executable", "must be a boolean, not " + Values.kindOf(executable));
      }
      return new InputFile(content(object, field), Boolean.TRUE.equals(executable));
    }

    private Content content(JsonObject file, String field) {
      if (file.containsKey(ContentReader.SHA256)) {
        String place = field + "." + ContentReader.SHA256;
        return contents
            .find(file.getValue(ContentReader.SHA256), place)
            .map(StoredFile::content)
            .orElse(Content.NOTHING);
      }
      if (file.containsKey("base64")) {
        return Content.of(values.base64(file.getValue("base64"), field + ".base64"));
      }
      String place = field + ".content";
      return Content.of(values.utf8(values.text(file.getValue("content"), place), place));
    }

    private List<String> outputFiles() {
      Set<String> names = new LinkedHashSet<>();
      if (!body.containsKey("outputFiles")) {
        return List.of();
      }
      List<@Nullable Object> list =
          values.list(body.getValue("outputFiles"), field("outputFiles"), MAX_OUTPUT_FILES);
      for (int i = 0; i < list.size(); i++) {
        String field = field("outputFiles[" + i + "]");
        String name = fileName(list.get(i), field);
        if (name != null && !names.add(name)) {
          errors.add(field, "is there twice: " + Shown.of(name));
        }
      }
      return List.copyOf(names);
    }

    private boolean outputEvents() {
      return body.containsKey("outputEvents")
          && values.flag(body.getValue("outputEvents"), field("outputEvents"));
    }

    private @Nullable String fileName(@Nullable Object value, String field) {
      if (!(value instanceof String name)) {
        errors.add(field, "must be a string, not " + Values.kindOf(value));
        return null;
      }
      String fault = FileNames.faultOf(name);
      if (fault != null) {
        errors.add(field, "the name " + Shown.of(name) + " " + fault);
        return null;
      }
      return name;
    }

    private LimitOverrides limits(Optional<String> policyName) {
      if (!body.containsKey("limits")) {
        return LimitOverrides.NONE;
      }
      LimitsParser parser = new LimitsParser(errors, field("limits"));
      LimitOverrides limits = parser.parse(values.object(body.getValue("limits"), field("limits")));
      policyName.flatMap(policies::find).ifPresent(policy -> parser.check(limits, policy));
      return limits;
    }
  }

  /** The main file of a language job; without a name it gets the language's usual one. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Main(@Nullable String name, byte[] source) {
    static final Main NONE = new Main(null, new byte[0]);
  }

  private String languageIds() {
    return "there are: " + FileNames.list(languages.all().stream().map(Language::id).toList());
  }

  private String policyNames() {
    return "there are: " + FileNames.list(policies.all().stream().map(Policy::name).toList());
  }
}
