package dev.stockade.server.language;

import static dev.stockade.server.language.Workshop.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.fault.InvalidRequestException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SourcesTest {
  private static final Tool GCC = new Tool("gcc", "gcc 12", List.of("-std=gnu17"));

  @Test
  void theMainFileHasTheUsualNameOrTheJobs() {
    assertEquals("main.py", Script.PYTHON.sources(draft("python", "").job()).main());
    assertEquals(
        "a/b.txt", Script.PYTHON.sources(draft("python", "").named("a/b.txt").job()).main());
  }

  @Test
  void javaNamesTheFileAsTheCompilerWantsIt() {
    Java java = new Java();
    assertEquals("Main.java", java.sources(draft("java", "class X {}").job()).main());
    assertEquals("X.java", java.sources(draft("java", "public class X {}").job()).main());
    assertEquals(
        "src/X.java",
        java.sources(draft("java", "public class X {}").named("src/solution.java").job()).main());
    assertEquals(
        "solution.java",
        java.sources(draft("java", "class X {}").named("solution.java").job()).main());
    assertEquals("x.java", java.sources(draft("java", "class X {}").named("x").job()).main());
  }

  @Test
  void aNameThatIsThereTwiceIsRefused() {
    InvalidRequestException thrown =
        assertThrows(
            InvalidRequestException.class,
            () -> new Java().sources(draft("java", "public class X {}").with("X.java", "").job()));
    assertEquals("files[X.java]", thrown.field());
  }

  @Test
  void theCompilersFolderIsNotForJobs() {
    for (String name : List.of(".stockade", ".stockade/program")) {
      InvalidRequestException other =
          assertThrows(
              InvalidRequestException.class,
              () -> Script.BASH.sources(draft("bash", "").with(name, "").job()));
      assertEquals("files[" + name + "]", other.field());
      InvalidRequestException main =
          assertThrows(
              InvalidRequestException.class,
              () -> Script.BASH.sources(draft("bash", "").named(name).job()));
      assertEquals("main", main.field());
    }
  }

  @Test
  void noFileNameIsTakenForAnOption() {
    Sources sources =
        NativeCompiler.C.sources(
            draft("c", "").named("-E.c").with("@args.c", "").with("a.c", "").with("b.h", "").job());
    assertEquals(List.of("./-E.c", "./@args.c", "a.c"), sources.arguments(List.of(".c")));
  }

  @Test
  void onlySourcesAreCompiledAndEverythingElseIsThere() {
    Sources sources =
        NativeCompiler.C.sources(draft("c", "").with("data.txt", "").with("x.c", "").job());
    Invocation compile = NativeCompiler.C.compile(GCC, sources, GrantTest.of(256, 1));
    assertEquals(
        List.of(
            "gcc",
            "-std=gnu17",
            "-O2",
            "-pthread",
            "-o",
            ".stockade/program",
            "-x",
            "c",
            "main.c",
            "x.c",
            "-x",
            "none",
            "-lm"),
        compile.command());
    assertEquals(List.of(".stockade/program"), compile.outputs());
    assertEquals(
        Set.of("main.c", "data.txt", "x.c", ".stockade/.keep"),
        Requests.compile(compile, sources).build().files().keySet());
    assertEquals(Set.of("data.txt", "x.c"), sources.others().keySet());
  }
}
