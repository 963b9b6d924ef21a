package dev.stockade.server.language;

import static dev.stockade.server.language.Workshop.draft;
import static dev.stockade.server.language.Workshop.shown;
import static dev.stockade.server.language.Workshop.text;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Limits;
import dev.stockade.server.job.FinishedJob;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sources that attack the compiler: it is contained like any program, and reads no host file. */
final class CompilersIT {
  private static Workshop workshop;

  /**
   * Less time and memory than the policies give: what is endless need not last long. Still enough
   * to meet the memory limit on a machine on which memory is slow to touch: the guest.
   */
  @BeforeAll
  static void open() {
    workshop = new Workshop(CompilersIT::small);
  }

  private static Limits small(Limits limits) {
    return new Limits(
        Workshop.SLOW ? Duration.ofMinutes(1) : Duration.ofSeconds(30),
        Duration.ofMinutes(2),
        ByteSize.ofMebibytes(256),
        limits.pids(),
        limits.output(),
        limits.cpus());
  }

  @AfterAll
  static void close() {
    workshop.close();
  }

  private record Attack(
      String language, String name, Set<Verdict> verdicts, String message, String source) {
    Attack(String language, String name, Verdict verdict, String message, String source) {
      this(language, name, Set.of(verdict), message, source);
    }
  }

  /**
   * Of a compiler that works without end on ever more memory: where memory is slow, as in the
   * guest, it may have used up its time before.
   */
  private static final Set<Verdict> TIME_OR_MEMORY =
      Set.of(Verdict.MEMORY_LIMIT, Verdict.CPU_TIME_LIMIT);

  private static final List<Attack> ATTACKS =
      List.of(
          new Attack("c", "endless file", Verdict.MEMORY_LIMIT, "", "#include \"/dev/zero\"\n"),
          new Attack(
              "c",
              "file of the host",
              Verdict.NONZERO_EXIT,
              "main.c:1:10: fatal error: /etc/shadow: No such file or directory",
              "#include \"/etc/shadow\"\nint main(void) { return 0; }\n"),
          new Attack(
              "c",
              "file of the host, by the assembler",
              Verdict.NONZERO_EXIT,
              "Error: file not found: /etc/shadow",
              "__asm__(\".incbin \\\"/etc/shadow\\\"\");\nint main(void) { return 0; }\n"),
          new Attack(
              "c",
              "environment of the server",
              Verdict.NONZERO_EXIT,
              "Error: file not found: /proc/1/environ",
              "__asm__(\".incbin \\\"/proc/1/environ\\\"\");\nint main(void) { return 0; }\n"),
          new Attack(
              "c",
              "macro bomb",
              Verdict.MEMORY_LIMIT,
              "",
              """
              #define A(x) x x x x x x x x x x
              #define B(x) A(A(A(A(A(x)))))
              const char *s = B(B("0123456789"));
              int main(void) { return 0; }
              """),
          new Attack(
              "c",
              "huge program",
              Verdict.NONZERO_EXIT,
              "File size limit exceeded signal terminated program",
              "char big[1ul << 30] = {1};\nint main(int c, char **v) { return big[c * 5]; }\n"),
          new Attack(
              "cpp",
              "template bomb",
              TIME_OR_MEMORY,
              "",
              """
              template <int N, class T> struct F {
                typedef typename F<N - 1, F<N - 1, T>>::type a;
                typedef typename F<N - 1, F<N - 2, T>>::type type;
              };
              template <class T> struct F<0, T> { typedef T type; };
              template <class T> struct F<-1, T> { typedef T type; };
              int main() { F<300, int>::type x = 0; return x; }
              """),
          new Attack("cpp", "long evaluation", Verdict.CPU_TIME_LIMIT, "", evaluations()),
          new Attack(
              "rust",
              "file of the host",
              Verdict.NONZERO_EXIT,
              "couldn't read /etc/shadow: No such file or directory",
              "fn main() { println!(\"{}\", include_str!(\"/etc/shadow\")); }\n"),
          new Attack(
              "rust",
              "endless file",
              Verdict.MEMORY_LIMIT,
              "",
              "fn main() { println!(\"{}\", include_bytes!(\"/dev/zero\").len()); }\n"),
          new Attack(
              "rust",
              "macro bomb",
              TIME_OR_MEMORY,
              "",
              """
              macro_rules! m { ($($t:tt)*) => { m!($($t)* $($t)*) } }
              fn main() { m!(a b c); }
              """),
          new Attack(
              "go",
              "file of the host",
              Verdict.NONZERO_EXIT,
              "pattern ../etc/shadow: invalid pattern syntax",
              """
              package main

              import _ "embed"

              //go:embed ../etc/shadow
              var s string

              func main() { println(s) }
              """),
          new Attack(
              "go",
              "huge program",
              Verdict.NONZERO_EXIT,
              "main.x: symbol too large",
              "package main\n\nvar x = [1 << 40]byte{1}\n\nfunc main() { println(x[5]) }\n"),
          new Attack(
              "java",
              "constant bomb",
              Verdict.NONZERO_EXIT,
              "java.lang.OutOfMemoryError",
              constants()));

  /** Each is below the compiler's own limit. */
  private static String evaluations() {
    StringBuilder source =
        new StringBuilder(
            """
            constexpr int f(int n) {
              for (int i = 0; i < 50; i++) for (int j = 0; j < 100000; j++) n ^= j;
              return n;
            }
            """);
    for (int i = 0; i < 200; i++) {
      source.append("constexpr int x%d = f(%d);%n".formatted(i, i));
    }
    return source.append("int main() {}\n").toString();
  }

  private static String constants() {
    StringBuilder source = new StringBuilder("class Main {\n  static final String S0 = \"");
    source.append("x".repeat(60_000)).append("\";\n");
    for (int i = 1; i < 12; i++) {
      String before = "S" + (i - 1);
      source.append("  static final String S%d = ".formatted(i));
      source.append(String.join(" + ", before, before, before, before)).append(";\n");
    }
    return source.append("}\n").toString();
  }

  static Stream<Arguments> attacks() {
    return ATTACKS.stream()
        .map(attack -> Arguments.argumentSet(attack.language() + ": " + attack.name(), attack));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void theCompilerIsContained(Object object) {
    Attack attack = (Attack) object;
    FinishedJob finished = workshop.finish(draft(attack.language(), attack.source()).job());
    RunResult compile = finished.compile();
    assertNotNull(compile);
    assertTrue(attack.verdicts().contains(compile.verdict()), () -> shown(compile));
    assertTrue(text(compile.stderr()).contains(attack.message()), () -> shown(compile));
    assertNull(finished.result());
  }
}
