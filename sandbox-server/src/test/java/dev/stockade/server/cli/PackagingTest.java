package dev.stockade.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stockade.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** What {@code packaging/} says of the program, held against the program. */
class PackagingTest {
  private static final Path PACKAGING = MarkdownFile.HOME.resolve("packaging");
  private static final String SYSTEM_UNIT = "systemd/stockade.service";
  private static final String USER_UNIT = "systemd/user/stockade.service";
  private static final String DATA = "/var/lib/stockade";
  private static final String PORT = Integer.toString(ServerConfig.defaults().port());

  /** What cannot be together with the sandbox; the unit says why. */
  private static final Set<String> NOT_WITH_SANDBOXES =
      Set.of(
          "RestrictNamespaces",
          "SystemCallFilter",
          "ProtectHostname",
          "ProtectControlGroups",
          "ProtectProc",
          "ProcSubset",
          "ProtectKernelTunables",
          "ProtectKernelLogs",
          "PrivateUsers",
          "MemoryDenyWriteExecute",
          "NoNewPrivileges",
          "PrivateDevices",
          "LockPersonality",
          "RestrictSUIDSGID",
          "RestrictRealtime",
          "RestrictAddressFamilies",
          "SystemCallArchitectures",
          "ProtectClock",
          "ProtectKernelModules");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {SYSTEM_UNIT, USER_UNIT})
  void unitsStartTheServerWithADelegatedCgroup(String name) throws IOException {
    Map<String, String> service = service(name);
    assertEquals("yes", service.get("Delegate"));
    assertEquals("continue", service.get("OOMPolicy"), "a job's end is not the server's");
    assertEquals(
        ExitCode.USAGE + " " + ExitCode.UNAVAILABLE, service.get("RestartPreventExitStatus"));
    assertTrue(isLongerThanDraining(service.get("TimeoutStopSec").replace("s", "")));
    String[] start = service.get("ExecStart").split(" ", 2);
    assertTrue(start[0].endsWith("/stockade/stockade"), start[0]);
    understood(List.of(start[1].split(" ")));
    Set<String> harmful = new TreeSet<>(service.keySet());
    harmful.retainAll(NOT_WITH_SANDBOXES);
    assertEquals(Set.of(), harmful);
  }

  @Test
  void theSystemsUnitIsAnOrdinaryUsersAndSaysWhatItLeavesOut() throws IOException {
    Map<String, String> service = service(SYSTEM_UNIT);
    assertEquals("stockade", service.get("User"));
    assertEquals(DATA, "/var/lib/" + service.get("StateDirectory"));
    assertTrue(service.get("ExecStart").endsWith("--data " + DATA));
    assertEquals(
        "CAP_SETUID CAP_SETGID CAP_DAC_OVERRIDE CAP_SYS_ADMIN",
        service.get("CapabilityBoundingSet"),
        "what newuidmap needs");
    assertEquals("", service.get("AmbientCapabilities"));
    String text = Files.readString(PACKAGING.resolve(SYSTEM_UNIT));
    NOT_WITH_SANDBOXES.forEach(key -> assertTrue(text.contains(key + "="), key));
  }

  @ParameterizedTest
  @ValueSource(strings = {SYSTEM_UNIT, USER_UNIT})
  void systemdUnderstandsTheUnits(String name) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/systemd-analyze")),
        "needs systemd-analyze: there is no /usr/bin/systemd-analyze");
    Path unit = folder.resolve("stockade.service");
    String start = service(name).get("ExecStart").split(" ", 2)[0];
    Files.writeString(
        unit, Files.readString(PACKAGING.resolve(name)).replace(start + " ", "/bin/true "));
    ProcessBuilder builder =
        new ProcessBuilder(
            "systemd-analyze",
            name.equals(USER_UNIT) ? "--user" : "--system",
            "--man=no",
            "verify",
            unit.toString());
    builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals(
        List.of(), said.lines().filter(line -> line.contains("stockade.service")).toList());
  }

  @Test
  void theImageStartsTheServerOfThisBuild() throws IOException {
    String dockerfile = Files.readString(PACKAGING.resolve("docker/Dockerfile"));
    List<String> start = jsonWords(dockerfile, "CMD");
    assertEquals(List.of("/opt/stockade/stockade"), jsonWords(dockerfile, "ENTRYPOINT"));
    ParseResult parsed = understood(start);
    assertEquals(Path.of(DATA, "tokens"), parsed.matchedOptionValue("--tokens", Path.of("")));
    assertEquals(DATA, parsed.matchedOptionValue("--data", ""));
    assertTrue(dockerfile.contains("\nVOLUME " + DATA + "\n"));
    assertTrue(dockerfile.contains("\nEXPOSE " + PORT + "\n"));
    assertTrue(dockerfile.contains("-p 127.0.0.1:" + PORT + ":" + PORT));
    String launcher = Files.readString(MarkdownFile.HOME.resolve("stockade"));
    Matcher jar = Pattern.compile("jar=\\$target/(\\S+)").matcher(launcher);
    assertTrue(jar.find());
    assertTrue(dockerfile.contains("sandbox-server/target/" + jar.group(1) + " "));
    int archived = dockerfile.indexOf("\nRUN /opt/stockade/stockade --version\n");
    assertTrue(archived > dockerfile.lastIndexOf("\nCOPY "), "class archives, when all is there");
  }

  @Test
  void everyFlagOfTheContainerIsExplainedAndInTheReadme() throws IOException {
    List<String> used = flagsOfDockerRun(PACKAGING.resolve("docker/Dockerfile"));
    assertTrue(used.contains("--security-opt seccomp=packaging/docker/seccomp.json"), "" + used);
    assertFalse(used.contains("--privileged"));
    assertEquals(
        new TreeSet<>(used),
        new TreeSet<>(MarkdownFile.of(PACKAGING.resolve("README.md")).codeInTable("flag", 0)));
    assertEquals(used, flagsOfDockerRun(MarkdownFile.HOME.resolve("README.md")));
    String timeout =
        used.stream().filter(flag -> flag.startsWith("--stop-timeout ")).findFirst().orElseThrow();
    assertTrue(isLongerThanDraining(timeout.split(" ")[1]));
  }

  @Test
  void thePodIsUnprivilegedAndProbesWhatTheServerAnswers() throws IOException {
    List<Map<String, ?>> documents = new ArrayList<>();
    new Yaml()
        .loadAll(Files.readString(PACKAGING.resolve("kubernetes/stockade.yaml")))
        .forEach(document -> documents.add(map(document)));
    assertEquals(
        List.of("RuntimeClass", "Deployment", "Service"),
        documents.stream().map(document -> document.get("kind")).toList());
    Map<String, ?> pod = map(at(documents.get(1), "spec", "template", "spec"));
    assertEquals(false, pod.get("hostUsers"));
    assertEquals(false, pod.get("automountServiceAccountToken"));
    assertEquals(at(documents.get(0), "handler"), pod.get("runtimeClassName"));
    assertTrue(isLongerThanDraining("" + pod.get("terminationGracePeriodSeconds")));
    assertEquals("stockade.json", at(pod, "securityContext", "seccompProfile", "localhostProfile"));
    Map<String, ?> container = map(((List<?>) pod.get("containers")).get(0));
    understood(((List<?>) container.get("args")).stream().map(String::valueOf).toList());
    Map<String, ?> security = map(container.get("securityContext"));
    assertEquals(false, security.get("privileged"));
    assertEquals(false, security.get("allowPrivilegeEscalation"));
    assertEquals("Unmasked", security.get("procMount"));
    assertEquals(List.of("ALL"), at(security, "capabilities", "drop"));
    assertEquals(
        flagsOfDockerRun(PACKAGING.resolve("docker/Dockerfile")).stream()
            .filter(flag -> flag.startsWith("--cap-add "))
            .map(flag -> flag.split(" ")[1])
            .toList(),
        at(security, "capabilities", "add"));
    String contract = Files.readString(Path.of("src/main/resources/openapi.yaml"), UTF_8);
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      Object path = at(container, probe, "httpGet", "path");
      assertTrue(contract.contains("\n  " + path + ":\n"), probe + ": " + path);
    }
    Map<String, ?> port = map(((List<?>) container.get("ports")).get(0));
    assertEquals(PORT, "" + port.get("containerPort"));
    assertEquals(
        PORT, "" + map(((List<?>) at(documents.get(2), "spec", "ports")).get(0)).get("port"));
  }

  /** Keys of the section, the last of each. */
  private static Map<String, String> service(String name) throws IOException {
    Map<String, String> keys = new HashMap<>();
    String section = "";
    for (String line : Files.readAllLines(PACKAGING.resolve(name))) {
      if (line.startsWith("[")) {
        section = line;
      } else if (section.equals("[Service]") && line.contains("=") && !line.startsWith("#")) {
        String[] pair = line.split("=", 2);
        keys.put(pair[0], pair[1]);
      }
    }
    return keys;
  }

  /** Options of the command line that starts the server in the background, in their order. */
  private static List<String> flagsOfDockerRun(Path file) throws IOException {
    String text = Files.readString(file).replaceAll("\\\\\\n(# )? *", "");
    Matcher line = Pattern.compile("docker run -d (.*) stockade\\n").matcher(text);
    assertTrue(line.find(), file + " has no docker run -d");
    return Pattern.compile("--(?!name)[a-z-]+ [^ ]+")
        .matcher(line.group(1))
        .results()
        .map(flag -> flag.group())
        .toList();
  }

  private static List<String> jsonWords(String dockerfile, String instruction) {
    Matcher line = Pattern.compile("(?m)^" + instruction + " (\\[.*])$").matcher(dockerfile);
    assertTrue(line.find(), instruction);
    List<?> words = new Yaml().load(line.group(1));
    return words.stream().map(String::valueOf).toList();
  }

  private static ParseResult understood(List<String> words) {
    CommandLine whole =
        new Cli(new Streams(System.in, System.out, System.err, false, false, false, false)).whole();
    assertEquals("serve", words.get(0));
    return whole.parseArgs(words.toArray(String[]::new)).subcommand();
  }

  private static boolean isLongerThanDraining(String seconds) {
    return Duration.ofSeconds(Long.parseLong(seconds))
            .compareTo(ServerConfig.defaults().drainTime())
        > 0;
  }

  private static Object at(Map<String, ?> tree, String... keys) {
    Object here = tree;
    for (String key : keys) {
      here = map(here).get(key);
    }
    return here;
  }

  @SuppressWarnings("unchecked") // keys of these documents are strings
  private static Map<String, ?> map(Object tree) {
    return (Map<String, ?>) tree;
  }
}
