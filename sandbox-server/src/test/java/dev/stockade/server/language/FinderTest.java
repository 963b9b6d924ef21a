package dev.stockade.server.language;

import static dev.stockade.server.language.Workshop.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Cancellation;
import dev.stockade.core.Evidence;
import dev.stockade.core.Output;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Usage;
import dev.stockade.core.Verdict;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.PolicyCatalog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The search for toolchains, on hosts that we do not have. */
final class FinderTest {
  private final List<String> runs = new ArrayList<>();

  private static RunResult result(Verdict verdict, String stdout, String stderr, String... files) {
    Map<String, byte[]> left = files.length == 0 ? Map.of() : Map.of(files[0], new byte[1]);
    return new RunResult(
        verdict,
        verdict == Verdict.OK ? 0 : 1,
        null,
        output(stdout),
        output(stderr),
        new Usage(null, null, null, 1, null, null, null, null, null),
        new Evidence(null, null, null, null, null, null, null, null),
        List.of(),
        left,
        Map.of());
  }

  private static Output output(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Output(bytes, bytes.length);
  }

  /** A host that answers a command line, given as one text. */
  private interface FakeHost {
    RunResult answer(String command);
  }

  private Language find(Recipe recipe, FakeHost host) {
    ToolRunner runner =
        (String policy, RunRequest request, Cancellation cancellation) -> {
          StringBuilder command = new StringBuilder(policy).append(':');
          request
              .command()
              .forEach(
                  word -> command.append(' ').append(new String(word, StandardCharsets.UTF_8)));
          runs.add(command.toString());
          return host.answer(command.toString());
        };
    return new Finder(PolicyCatalog.shipped(), runner, new Cancellation()).find(recipe);
  }

  private static String reason(Language language) {
    return assertInstanceOf(Language.Unavailable.class, language.availability()).reason();
  }

  @Test
  void anInterpreterIsThereWhenItSaysItsVersion() {
    Language python =
        find(Script.PYTHON, command -> result(Verdict.OK, "\nPython 3.11.2 \nmore\n", ""));
    assertEquals(new Language.Available("Python 3.11.2"), python.availability());
    assertEquals(List.of("python: python3 --version"), runs);
    assertEquals("python", python.policy());
    assertTrue(python.compilePolicy().isEmpty());
    assertTrue(python.compile(draft("python", "").job()).isEmpty());
  }

  @Test
  void aProgramThatIsNotThereIsNamedWithItsPackage() {
    Language node =
        find(
            new JavaScript(),
            command -> {
              throw new InvalidRequestException("command", "there is no such program");
            });
    assertEquals(
        "node or nodejs is not in the sandbox, which shows no program below /home, /root or /opt."
            + " Fix: sudo apt-get install nodejs (or your distribution's packages of it)",
        reason(node));
    assertEquals(List.of("javascript: node --version", "javascript: nodejs --version"), runs);
    assertThrows(
        IllegalStateException.class, () -> node.run(draft("javascript", "").job(), Map.of()));
  }

  @Test
  void aCompilerThatCannotLinkIsNotThere() {
    Language c =
        find(
            NativeCompiler.C,
            command -> {
              if (command.contains("--version")) {
                return result(Verdict.OK, command.contains("gcc") ? "gcc 12\n" : "clang 14\n", "");
              }
              return result(Verdict.NONZERO_EXIT, "", "ld: cannot find crt1.o\n");
            });
    assertEquals(
        "gcc (gcc 12) cannot compile a small program: NONZERO_EXIT: ld: cannot find crt1.o; clang"
            + " (clang 14) cannot compile a small program: NONZERO_EXIT: ld: cannot find crt1.o."
            + " Fix: sudo apt-get install gcc libc6-dev (or your distribution's packages of it)",
        reason(c));
  }

  @Test
  void aCompilerThatLeavesNothingIsNotThere() {
    Language rust = find(new Rust(), command -> result(Verdict.OK, "rustc 1\n", ""));
    assertTrue(reason(rust).contains("cannot compile a small program: OK"), reason(rust));
  }

  @Test
  void theNewestDialectThatWorksIsTaken() {
    Language cpp =
        find(
            NativeCompiler.CPP,
            command -> {
              if (command.contains("--version")) {
                return result(Verdict.OK, "g++ 9\n", "");
              }
              return command.contains("gnu++20")
                  ? result(Verdict.NONZERO_EXIT, "", "unrecognized option\n")
                  : result(Verdict.OK, "", "", CompiledRecipe.PROGRAM);
            });
    assertEquals(new Language.Available("g++ 9"), cpp.availability());
    Language.Step step = cpp.compile(draft("cpp", "").job()).orElseThrow();
    assertEquals("cpp-compile", step.policy());
    assertEquals(
        "-std=gnu++17", new String(step.request().command().get(1), StandardCharsets.UTF_8));
  }

  @Test
  void aFaultOfTheSandboxIsSaidAndNotTakenForAMissingProgram() {
    Language bash =
        find(
            Script.BASH,
            command -> {
              throw new SandboxException("mount: EPERM");
            });
    assertTrue(reason(bash).startsWith("bash could not be tried: mount: EPERM"), reason(bash));
  }

  @Test
  void aCompilerThatLeftNoProgramIsNotRun() {
    Language c =
        find(NativeCompiler.C, command -> result(Verdict.OK, "gcc", "", CompiledRecipe.PROGRAM));
    InvalidRequestException thrown =
        assertThrows(InvalidRequestException.class, () -> c.run(draft("c", "").job(), Map.of()));
    assertEquals("source", thrown.field());
  }

  @Test
  void languagesAreKnownByTheirEndings() {
    assertEquals("cpp", HostLanguages.idOf("a/solution.cpp").orElseThrow());
    assertEquals("javascript", HostLanguages.idOf("x.mjs").orElseThrow());
    assertEquals("java", HostLanguages.idOf("Main.java").orElseThrow());
    assertTrue(HostLanguages.idOf("notes.txt").isEmpty());
    assertEquals(
        List.of("c", "cpp", "python", "java", "javascript", "go", "rust", "bash"),
        HostLanguages.ids());
  }
}
