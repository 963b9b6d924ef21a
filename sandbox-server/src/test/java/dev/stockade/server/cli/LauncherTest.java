package dev.stockade.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * When the launcher builds and what it starts, with scripts in place of Maven and Java that write
 * down how they were called.
 */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "stockade").toAbsolutePath().normalize();
  private static final String JAR = "sandbox-server/target/sandbox-server-0.1.0-SNAPSHOT.jar";

  @TempDir Path folder;
  private Path home;
  private Path jdk;

  /** What came of a start. */
  private record Outcome(int status, String out, String err) {}

  @BeforeEach
  void aCheckoutThatWasNeverBuilt() throws IOException {
    home = Files.createDirectories(folder.resolve("check out"));
    Files.copy(LAUNCHER, home.resolve("stockade"));
    makeExecutable(home.resolve("stockade"));
    write(home.resolve("pom.xml"), "");
    write(home.resolve("policies/default.yaml"), "");
    write(home.resolve("sandbox-core/pom.xml"), "");
    write(home.resolve("sandbox-core/src/main/java/A.java"), "");
    write(home.resolve("sandbox-server/pom.xml"), "");
    write(home.resolve("sandbox-server/src/main/java/B.java"), "");
    everythingIsAsOldAs(Instant.now().minusSeconds(60));
    jdk = folder.resolve("jdk");
    program(
        jdk.resolve("bin/java"),
        """
        case " $* " in *" -XX:ArchiveClassesAtExit="*) echo archive >>"CALLS"; exit 0 ;; esac
        for argument; do printf '<%s>' "$argument"; done
        echo " LC_ALL=$LC_ALL"
        exit 42
        """
            .replace("CALLS", folder.resolve("calls").toString()));
    program(jdk.resolve("bin/javac"), "exit 1\n");
    release("17.0.15");
    mavenDoes(
        """
        mkdir -p sandbox-server/target/lib
        : >JAR
        """
            .replace("JAR", JAR));
  }

  @Test
  void theFirstStartBuildsAndSaysSo() throws Exception {
    Outcome outcome = start("doctor", "--json");
    assertEquals(
        "<-Xlog:disable><-XX:-UsePerfData><-XX:+UseSerialGC><-XX:TieredStopAtLevel=1>"
            + "<-XX:CICompilerCount=1><-Djna.platform.library.path=><-Xshare:auto><-jar><"
            + home.resolve(JAR)
            + "><doctor><--json> LC_ALL=C.UTF-8\n",
        outcome.out());
    assertEquals("stockade: building (once, and again when sources change) ...\n", outcome.err());
    assertEquals(42, outcome.status(), "the exit status is Java's");
    assertEquals(
        List.of(
            "-q -B -Dstyle.color=never -DskipTests -pl sandbox-server -am package in "
                + home
                + " with JAVA_HOME="
                + jdk,
            "archive",
            "archive"),
        calls());
  }

  /** The build goes on until the terminal has shown that it does. */
  @Test
  void aTerminalSeesHowLongTheFirstBuildTakes() throws Exception {
    Path seen = folder.resolve("seen");
    mavenDoes(
        """
        left=600
        until grep -q 'building ... 1 s' 'SEEN' || [ $left = 0 ]; do
          sleep 0.1
          left=$((left - 1))
        done
        mkdir -p sandbox-server/target/lib
        : >JAR
        """
            .replace("SEEN", seen.toString())
            .replace("JAR", JAR));
    Outcome outcome =
        run(
            environment(Map.of()),
            "script",
            "--quiet",
            "--return",
            "--flush",
            "--command",
            "exec '" + home.resolve("stockade") + "' doctor",
            seen.toString());
    assertEquals(42, outcome.status(), outcome.out());
    String shown = Files.readString(seen);
    assertTrue(shown.contains("stockade: building ... 1 s"), shown);
    assertTrue(shown.contains("\r\u001b[K<-Xlog:disable>"), "the line is left empty: " + shown);
  }

  @Test
  void theSecondStartDoesNotBuild() throws Exception {
    start("doctor");
    Outcome second = start("doctor");
    assertEquals("", second.err());
    assertEquals(3, calls().size());
  }

  @Test
  void aBuildOfMavensOwnIsTaken() throws Exception {
    write(home.resolve(JAR), "");
    Files.createDirectories(home.resolve("sandbox-server/target/lib"));
    assertEquals("", start("doctor").err());
    assertEquals(List.of("archive", "archive"), calls(), "not built, but starts are made faster");
    assertEquals("", start("doctor").err());
    assertEquals(2, calls().size());
  }

  /** The Java VM takes no archive of another jar. */
  @Test
  void archivesAreMadeAnewForAJarThatMavenHasMadeSince() throws Exception {
    start("doctor");
    touch(home.resolve(JAR), Instant.now().plusSeconds(5));
    Path stale = home.resolve("sandbox-server/target/17.0.15-run.jsa");
    write(stale, "");
    assertTrue(start("run").out().contains("<-Xshare:auto>"));
    assertFalse(Files.exists(stale));
    assertEquals(List.of("archive", "archive"), calls().subList(3, 5));
  }

  @Test
  void aChangedSourceIsBuiltAgain() throws Exception {
    start("doctor");
    everythingIsAsOldAs(Instant.now().minusSeconds(30));
    touch(home.resolve("sandbox-core/src/main/java/A.java"), Instant.now());
    assertEquals(
        "stockade: building (once, and again when sources change) ...\n", start("doctor").err());
  }

  @Test
  void aDeletedSourceIsNoticed() throws Exception {
    start("doctor");
    everythingIsAsOldAs(Instant.now().minusSeconds(30));
    Files.delete(home.resolve("sandbox-server/src/main/java/B.java"));
    assertEquals(
        "stockade: building (once, and again when sources change) ...\n", start("doctor").err());
  }

  @Test
  void aChangedPolicyIsBuiltAgain() throws Exception {
    start("doctor");
    everythingIsAsOldAs(Instant.now().minusSeconds(30));
    touch(home.resolve("policies/default.yaml"), Instant.now());
    assertEquals(
        "stockade: building (once, and again when sources change) ...\n", start("doctor").err());
  }

  @Test
  void aTouchedSourceIsBuiltOnceThoughMavenLeavesTheJarAlone() throws Exception {
    start("doctor");
    everythingIsAsOldAs(Instant.now().minusSeconds(30));
    mavenDoes("");
    touch(home.resolve("pom.xml"), Instant.now().minusSeconds(10));
    assertFalse(start("doctor").err().isEmpty());
    assertEquals("", start("doctor").err());
  }

  @Test
  void aBuildThatFailsIsOurFault() throws Exception {
    mavenDoes("echo 'cannot find symbol'\nexit 1\n");
    Outcome outcome = start("doctor");
    assertEquals(ExitCode.INTERNAL, outcome.status());
    assertEquals("", outcome.out(), "standard output is the program's");
    assertTrue(outcome.err().contains("cannot find symbol\nstockade: the build failed, see above"));
  }

  @Test
  void archivesOfClassesAreUsedByShortCommandsAndByTheServer() throws Exception {
    start("doctor");
    Path archive = home.resolve("sandbox-server/target/17.0.15-run.jsa");
    write(archive, "");
    assertTrue(start("run").out().contains("<-XX:SharedArchiveFile=" + archive + ">"));
    Path served = home.resolve("sandbox-server/target/17.0.15-serve.jsa");
    write(served, "");
    assertEquals(
        "<-Xlog:disable><-XX:TieredStopAtLevel=1><-XX:SharedArchiveFile="
            + served
            + "><-jar><"
            + home.resolve(JAR)
            + "><serve> LC_ALL=C.UTF-8\n",
        start("serve").out());
    assertEquals(
        "<-Xlog:disable><-XX:TieredStopAtLevel=1><-Dstockade.launcher="
            + home.resolve("stockade")
            + "><-jar><"
            + home.resolve(JAR)
            + "><bench> LC_ALL=C.UTF-8\n",
        start("bench").out());
  }

  @Test
  void newJavasAreToldThatJffiMayUseUnsafe() throws Exception {
    release("25.0.3");
    assertTrue(start("serve").out().startsWith("<--sun-misc-unsafe-memory-access=allow>"));
    release("21.0.1");
    assertFalse(start("serve").out().contains("unsafe"));
  }

  @Test
  void anOldJavaIsRefused() throws Exception {
    release("11.0.2");
    Outcome outcome = start("doctor");
    assertEquals(ExitCode.UNAVAILABLE, outcome.status());
    assertTrue(
        outcome.err().contains("/jdk/bin/java is Java 11.0.2, but 17 or newer is needed"),
        outcome.err());
  }

  @Test
  void aVeryOldJavaSaysOnePointEight() throws Exception {
    Files.delete(jdk.resolve("release"));
    program(jdk.resolve("bin/java"), "echo 'java version \"1.8.0_292\"' >&2\n");
    assertTrue(start("doctor").err().contains("is Java 1.8.0_292, but 17 or newer is needed"));
  }

  @Test
  void aJavaWithoutReleaseFileIsAsked() throws Exception {
    Files.delete(jdk.resolve("release"));
    program(
        jdk.resolve("bin/java"),
        """
        [ "$1" = -version ] && { echo 'openjdk version "21.0.2" 2024-01-16' >&2; exit 0; }
        exit 7
        """);
    assertEquals(7, start("doctor").status());
  }

  @Test
  void noJava() throws Exception {
    Outcome outcome = start(Map.of("PATH", folder.resolve("bin") + ":" + coreTools()), "doctor");
    assertEquals(ExitCode.UNAVAILABLE, outcome.status());
    assertEquals(
        "stockade: there is no java in PATH; install one, for example:"
            + " sudo apt-get install openjdk-17-jdk-headless\n",
        outcome.err());
  }

  @Test
  void aJavaHomeWithoutJava() throws Exception {
    Outcome outcome = start(Map.of("JAVA_HOME", "/no/such"), "doctor");
    assertEquals(ExitCode.UNAVAILABLE, outcome.status());
    assertEquals(
        "stockade: JAVA_HOME is /no/such, but there is no program bin/java in it\n", outcome.err());
  }

  @Test
  void noMaven() throws Exception {
    Outcome outcome = start(Map.of("JAVA_HOME", jdk.toString(), "PATH", coreTools()), "doctor");
    assertEquals(ExitCode.UNAVAILABLE, outcome.status());
    assertEquals(
        "stockade: building needs Maven; install it, for example: sudo apt-get install maven\n",
        outcome.err());
  }

  @Test
  void aRuntimeCannotBuild() throws Exception {
    Files.delete(jdk.resolve("bin/javac"));
    Outcome outcome = start("doctor");
    assertEquals(ExitCode.UNAVAILABLE, outcome.status());
    assertTrue(outcome.err().contains("is only a Java runtime"), outcome.err());
  }

  @Test
  void aSymlinkElsewhereFindsTheFolder() throws Exception {
    Path link = folder.resolve("bin/stockade-link");
    Files.createSymbolicLink(link, home.resolve("stockade"));
    Outcome outcome = run(environment(Map.of()), link.toString(), "doctor");
    assertTrue(outcome.out().contains("<" + home.resolve(JAR) + ">"), outcome.out());
    Files.delete(link);
  }

  @Test
  void closedStandardStreamsAreOpenedBeforeJavaOpensSomethingElse() throws Exception {
    start("doctor");
    program(jdk.resolve("bin/java"), "readlink /proc/self/fd/0 >&2\n");
    Outcome outcome = run(environment(Map.of()), "sh", "-c", "\"$0\" run <&-", home + "/stockade");
    assertEquals("/dev/null\n", outcome.err());
  }

  @Test
  void argumentsGoOnByteForByte() throws Exception {
    start("doctor");
    Outcome outcome =
        run(
            environment(Map.of()),
            "sh",
            "-c",
            """
            "$0" run -- '' 'a b' '*' '$(x)' "$(printf '\\377\\201\\210')" '
            ' | od -An -c | tr -d ' \\n'
            """,
            home.resolve("stockade").toString());
    assertTrue(outcome.out().contains("<run><--><><ab><*><$(x)><377201210><\\n>"), outcome.out());
  }

  @Test
  void somebodyElsesUnbuiltCheckoutSaysWhoCanBuildIt() throws Exception {
    Outcome outcome = startUnableToWrite();
    assertEquals(ExitCode.UNAVAILABLE, outcome.status());
    assertEquals(
        "stockade: not built yet, and I may not write to "
            + home
            + "; let its owner ("
            + Files.getOwner(home).getName()
            + ") run ./stockade --version there once\n",
        outcome.err());
    assertEquals(List.of(), calls());
  }

  @Test
  void somebodyElsesBuiltCheckoutWorks() throws Exception {
    start("doctor");
    Outcome outcome = startUnableToWrite();
    assertEquals("", outcome.err());
    assertEquals(42, outcome.status());
  }

  @Test
  void somebodyElsesStaleBuildWorksWithANote() throws Exception {
    start("doctor");
    everythingIsAsOldAs(Instant.now().minusSeconds(30));
    touch(home.resolve("pom.xml"), Instant.now());
    Outcome outcome = startUnableToWrite();
    assertEquals(
        "stockade: note: "
            + home
            + " has newer sources than its build, and I may not write there; using the build\n",
        outcome.err());
    assertEquals(42, outcome.status());
  }

  /** Root may write anywhere, so it becomes somebody else first. */
  private Outcome startUnableToWrite() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path launcher = home.resolve("stockade");
    if (Files.getOwner(folder).getName().equals("root")) {
      return run(
          environment(Map.of()),
          "setpriv",
          "--reuid=65534",
          "--regid=65534",
          "--clear-groups",
          launcher.toString(),
          "doctor");
    }
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("r-xr-xr-x"));
    Path target = home.resolve("sandbox-server/target");
    if (Files.exists(target)) {
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
    }
    try {
      return run(environment(Map.of()), launcher.toString(), "doctor");
    } finally {
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      if (Files.exists(target)) {
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  private void release(String version) throws IOException {
    write(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
  }

  private void mavenDoes(String script) throws IOException {
    program(
        folder.resolve("bin/mvn"),
        "echo \"$* in $PWD with JAVA_HOME=$JAVA_HOME\" >>'"
            + folder.resolve("calls")
            + "'\n"
            + script);
  }

  private List<String> calls() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private void everythingIsAsOldAs(Instant time) throws IOException {
    List<Path> paths;
    try (var tree = Files.walk(home)) {
      paths = tree.toList();
    }
    for (Path path : paths) {
      touch(path, time);
    }
  }

  private static void touch(Path path, Instant time) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(time));
  }

  private static void write(Path path, String content) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private static void program(Path path, String script) throws IOException {
    write(path, "#!/bin/sh\n" + script);
    makeExecutable(path);
  }

  private static void makeExecutable(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome start(String... arguments) throws Exception {
    return start(Map.of("JAVA_HOME", jdk.toString()), arguments);
  }

  private Outcome start(Map<String, String> variables, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("stockade").toString()));
    command.addAll(List.of(arguments));
    return run(environment(variables), command.toArray(String[]::new));
  }

  private Map<String, String> environment(Map<String, String> variables) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of("PATH", folder.resolve("bin") + ":/usr/bin:/bin", "JAVA_HOME", jdk.toString()));
    if (variables.containsKey("PATH") && !variables.containsKey("JAVA_HOME")) {
      environment.remove("JAVA_HOME");
    }
    environment.putAll(variables);
    return environment;
  }

  /** A folder with the tools that the launcher uses, and neither Java nor Maven. */
  private String coreTools() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool :
        List.of("sh", "readlink", "find", "head", "sed", "mkdir", "id", "stat", "env")) {
      program(tools.resolve(tool), "exec /usr/bin/env -i PATH=/usr/bin:/bin " + tool + " \"$@\"\n");
    }
    return tools.toString();
  }

  private Outcome run(Map<String, String> environment, String... command) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    int status = process.waitFor();
    return new Outcome(
        status, new String(Files.readAllBytes(out), UTF_8), Files.readString(err, UTF_8));
  }
}
