package dev.stockade.server.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The packages are those of {@code ARCHITECTURE.md}, and depend only on those further down. */
class ArchitectureTest {
  private static final String OURS = "dev.stockade";
  private static final String CORE = OURS + ".core";
  private static final String CLIENT = OURS + ".client";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages(OURS);

  /** From the top downwards. */
  private final List<String> packages =
      MarkdownFile.of(MarkdownFile.HOME.resolve("ARCHITECTURE.md"))
          .codeInTable("package", 0)
          .stream()
          .map(name -> name.replace("….", OURS + "."))
          .toList();

  @Test
  void packagesAreAllOfThem() {
    Set<String> found = new TreeSet<>();
    CLASSES.forEach(type -> found.add(type.getPackageName()));
    assertEquals(found, new TreeSet<>(packages));
  }

  @Test
  void dependenciesPointDownwardsOnly() {
    Set<String> upwards = new TreeSet<>();
    int downwards = 0;
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        int from = packages.indexOf(type.getPackageName());
        int to =
            packages.indexOf(dependency.getTargetClass().getBaseComponentType().getPackageName());
        if (to >= 0 && to < from) {
          upwards.add(dependency.getDescription());
        } else if (to > from) {
          downwards++;
        }
      }
    }
    assertTrue(downwards > 0, "the classes were read");
    assertTrue(upwards.isEmpty(), () -> String.join("\n", upwards));
  }

  @Test
  void onlyTheFilterCompilerUsesJna() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CORE + ".seccomp")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.sun.jna..")
        .check(CLASSES);
  }

  @Test
  void onlyTheExecutorUsesTheAssembler() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CORE + ".executor")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jnr.x86asm..")
        .check(CLASSES);
  }

  /** ProcessBuilder copies what it likes of this process, and forks in its own way. */
  @Test
  void theLibraryStartsNoProcessInJavasWay() {
    noClasses()
        .that()
        .resideInAPackage(CORE + "..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String[].class)
        .orShould()
        .callMethod(Runtime.class, "exec", String.class)
        .check(CLASSES);
  }

  /** So it is an artifact of its own. */
  @Test
  void theClientNeedsNothingButTheJdkAndJackson() {
    classes()
        .that()
        .resideInAPackage(CLIENT)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            CLIENT,
            "java..",
            "com.fasterxml.jackson.core..",
            "com.fasterxml.jackson.databind..",
            "org.jspecify.annotations")
        .check(CLASSES);
  }

  /** What is decided is decided without the host: neither files nor native calls. */
  @Test
  void plansAreMadeWithoutTheHost() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE + ".plan", CORE + ".compile")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.sun.jna..", "java.nio.file..", "java.io..", "java.net..")
        .orShould()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "make system calls",
                (JavaClass type) ->
                    Set.of("Sys", "LibC", "MessageSocket", "PollSet", "Fd", "ProcFile")
                            .contains(type.getSimpleName())
                        && type.getPackageName().equals(CORE + ".linux")))
        .check(CLASSES);
  }
}
