package dev.stockade.server.cli;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.Durations;
import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.api.ResultJson;
import dev.stockade.server.judge.JudgeVerdict;
import dev.stockade.server.language.HostLanguages;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** {@code README.md}: its tables and its Java say what the code says. */
class ReadmeTest {
  private static final Pattern REGION =
      Pattern.compile("^ *// begin\\n(.*?)^ *// end$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern OPTION_IN_HELP =
      Pattern.compile("^ +(?:-\\w, )?(--[a-z-]+)", Pattern.MULTILINE);
  private static final Pattern COMMAND_IN_HELP =
      Pattern.compile("(?<=^Commands:\\n)(?:  .*\\n)+", Pattern.MULTILINE);
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

  private final MarkdownFile readme = MarkdownFile.readme();

  @Test
  void theJavaIsThatOfTheExamples() throws IOException {
    List<String> examples = new ArrayList<>();
    for (Class<?> example : List.of(ReadmeExample.class, ClientExample.class)) {
      Path source = Path.of("src/test/java", example.getName().replace('.', '/') + ".java");
      String code = Files.readString(source, StandardCharsets.UTF_8);
      Matcher region = REGION.matcher(code);
      assertTrue(region.find());
      String imports =
          code.lines().filter(line -> line.startsWith("import ")).collect(joining("\n"));
      examples.add(imports + "\n\n" + region.group(1).stripTrailing().stripIndent() + "\n");
    }
    assertEquals(examples, readme.blocks("java").stream().map(MarkdownFile.Block::text).toList());
  }

  @Test
  void coordinatesAreThoseOfTheLibrary() throws IOException {
    String pom = Files.readString(MarkdownFile.HOME.resolve("sandbox-core/pom.xml"));
    Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(pom);
    assertTrue(version.find());
    assertTrue(pom.contains("<artifactId>sandbox-core</artifactId>"));
    assertTrue(readme.code().contains("dev.stockade:sandbox-core:" + version.group(1)));
  }

  @Test
  void verdictsAreAllOfThemInTheirOrder() {
    assertEquals(
        Stream.of(Verdict.values()).map(Verdict::name).toList(), readme.codeInTable("verdict", 0));
  }

  @Test
  void jobVerdictsAreThoseThatAreNoRunVerdicts() {
    assertEquals(
        Stream.of(JudgeVerdict.values())
            .map(JudgeVerdict::name)
            .filter(name -> Stream.of(Verdict.values()).noneMatch(run -> run.name().equals(name)))
            .toList(),
        readme.codeInTable("job verdict", 0));
  }

  @Test
  void checkersAndScoringsAreThoseOfTheContract() throws IOException {
    Map<String, Map<String, Map<String, Map<String, ?>>>> document;
    try (InputStream contract = ReadmeTest.class.getResourceAsStream("/openapi.yaml")) {
      document = new Yaml().load(contract);
    }
    String schemas = String.valueOf(document.get("components").get("schemas"));
    for (String name : readme.codeInTable("checker", 0)) {
      assertTrue(Pattern.compile("enum=\\[[^]]*\\b" + name + "\\b").matcher(schemas).find(), name);
    }
    assertTrue(
        schemas.contains("enum=" + readme.codeInTable("scoring", 0)),
        () -> "" + readme.codeInTable("scoring", 0));
  }

  @Test
  void exitStatusesAreThoseOfTheCode() {
    assertEquals(
        List.of(
            "0",
            "255",
            "1",
            ExitCode.SIGNAL_BASE + "+N",
            "" + ExitCode.LIMIT,
            "" + ExitCode.USAGE,
            "" + ExitCode.UNAVAILABLE,
            "" + ExitCode.INTERNAL),
        readme.codeInTable("exit status", 0));
  }

  @Test
  void fieldsAreThoseOfTheResultObject() {
    RunResult result =
        new RunResult(
            Verdict.OK,
            0,
            null,
            new Output(new byte[0], 0),
            new Output(new byte[0], 0),
            new Usage(null, null, null, 0, null, null, null, null, null),
            new Evidence(null, null, null, null, null, null, null, null),
            List.of(),
            Map.of(),
            Map.of());
    Set<String> fields = new TreeSet<>();
    ResultJson.of(result)
        .forEach(
            entry -> {
              if (entry.getValue() instanceof JsonObject inner && !inner.isEmpty()) {
                inner.fieldNames().forEach(name -> fields.add(entry.getKey() + "." + name));
              } else {
                fields.add(entry.getKey());
              }
            });
    assertEquals(fields, new TreeSet<>(readme.codeInTable("field", 0)));
  }

  @Test
  void commandsAreAllOfThem() {
    assertEquals(
        commands().stream().map(name -> "./stockade " + name).collect(toCollection(TreeSet::new)),
        new TreeSet<>(readme.codeInTable("command", 0)));
  }

  @Test
  void optionsOfRunAreAllOfThem() {
    Set<String> written = new TreeSet<>(readme.codeInTable("option", 0));
    int after = readme.prose().indexOf("Its other options are");
    assertTrue(after > 0);
    String sentence = readme.prose().substring(after, readme.prose().indexOf("\n\n", after));
    Pattern.compile("`(--[a-z-]+)")
        .matcher(sentence)
        .results()
        .forEach(match -> written.add(match.group(1)));
    Set<String> known = new TreeSet<>(options("run"));
    known.remove("--help");
    assertEquals(known, written);
  }

  @Test
  void limitsAreThoseOfTheDefaultPolicy() {
    Policy policy = Policies.named("default");
    List<List<String>> wanted = new ArrayList<>();
    for (Limits limits : List.of(policy.limits(), policy.ceilings())) {
      wanted.add(
          List.of(
              Durations.render(limits.cpuTime()),
              Durations.render(limits.wallTime()),
              limits.memory().toString(),
              "" + limits.pids(),
              limits.output().toString(),
              BigDecimal.valueOf(limits.cpus()).stripTrailingZeros().toPlainString()));
    }
    assertEquals(
        List.of("--cpu-time", "--wall-time", "--memory", "--pids", "--output", "--cpus"),
        readme.codeInTable("option", 0));
    assertEquals(wanted.get(0), readme.codeInTable("option", 2));
    assertEquals(wanted.get(1), readme.codeInTable("option", 3));
  }

  @Test
  void languagesAreAllOfThemWithTheirEndings() {
    assertEquals(HostLanguages.ids(), readme.codeInTable("language", 0));
    for (List<String> row : readme.table("language")) {
      String id = row.get(0).replace("`", "");
      for (String ending : row.get(1).replace("`", "").split(" ")) {
        assertEquals(Optional.of(id), HostLanguages.idOf("x" + ending), ending);
      }
    }
  }

  @Test
  void requestsAreThoseOfTheContract() throws IOException {
    Map<String, Map<String, ?>> paths;
    try (InputStream contract = ReadmeTest.class.getResourceAsStream("/openapi.yaml")) {
      Map<String, Map<String, Map<String, ?>>> document = new Yaml().load(contract);
      paths = document.get("paths");
    }
    Set<String> known = new TreeSet<>();
    paths.forEach(
        (path, methods) ->
            methods.keySet().stream()
                .filter(METHODS::contains)
                .forEach(method -> known.add(method.toUpperCase(Locale.ROOT) + " " + path)));
    assertEquals(known, new TreeSet<>(readme.codeInTable("request", 0)));
  }

  /** In every document: {@code stockade COMMAND --option …}. */
  @Test
  void everyCommandLineNamesOptionsThatExist() throws IOException {
    Pattern commandLine = Pattern.compile("\\bstockade (?<command>[a-z]+)(?<rest>[^`|;\\n]*)");
    Pattern option = Pattern.compile("(?<= )--[a-z][a-z-]*");
    Set<String> known = commands();
    Set<String> met = new TreeSet<>();
    for (MarkdownFile file : MarkdownFile.all()) {
      Stream<String> blocks = file.blocks().stream().map(MarkdownFile.Block::text);
      Stream<String> texts = Stream.concat(file.code().stream(), blocks);
      for (MatchResult match :
          texts.flatMap(text -> commandLine.matcher(text).results()).toList()) {
        String command = match.group(1);
        String own = match.group(2).split(" -- ", 2)[0];
        met.add(command);
        assertTrue(known.contains(command), file + ": " + match.group());
        Set<String> options = options(command);
        option
            .matcher(own)
            .results()
            .forEach(
                found -> assertTrue(options.contains(found.group()), file + ": " + match.group()));
      }
    }
    assertEquals(known, met, "each command is shown somewhere");
  }

  /** Names such as {@code --json} alone: some command has it. */
  @Test
  void everyOptionExists() throws IOException {
    Set<String> known = new TreeSet<>();
    for (String command : readme.codeInTable("command", 0)) {
      known.addAll(options(command.substring(command.indexOf(' ') + 1)));
    }
    List<String> found = new ArrayList<>();
    for (String code : readme.code()) {
      if (code.startsWith("--") && code.length() > 2) {
        found.add(code.split("[ =]", 2)[0]);
      }
    }
    assertFalse(found.isEmpty());
    // named in the comparison with others
    found.removeAll(List.of("--run", "--init", "--cleanup"));
    found.forEach(option -> assertTrue(known.contains(option), option));
  }

  private static Set<String> commands() {
    Matcher commands = COMMAND_IN_HELP.matcher(help());
    assertTrue(commands.find());
    return commands
        .group()
        .lines()
        .filter(line -> line.matches("  \\S.*")) // the others go on with a description
        .map(line -> line.strip().split(" ", 2)[0])
        .filter(name -> !name.equals("help"))
        .collect(toCollection(TreeSet::new));
  }

  private static Set<String> options(String command) {
    return OPTION_IN_HELP
        .matcher(help(command))
        .results()
        .map(match -> match.group(1))
        .collect(toCollection(TreeSet::new));
  }

  private static String help(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.add("--help");
    CommandLineFixture stockade = new CommandLineFixture();
    assertEquals(
        0, stockade.execute(words.toArray(String[]::new)), () -> "no such command: " + words);
    return stockade.out();
  }
}
