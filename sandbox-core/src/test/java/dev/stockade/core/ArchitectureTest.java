package dev.stockade.core;

import static com.tngtech.archunit.base.DescribedPredicate.doNot;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.stockade.core.executor.Layout;
import dev.stockade.core.run.Alteration;
import dev.stockade.core.seccomp.BpfProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may know which: the picture in ARCHITECTURE.md, held by a test. */
final class ArchitectureTest {
  private static final String BASE = "dev.stockade.core";

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(BASE);

  /** What each package may use of ours, itself aside. The facade may use everything. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("fault", Set.of()),
          Map.entry("linux", Set.of("fault")),
          Map.entry("yaml", Set.of()),
          Map.entry("policy", Set.of("yaml", "linux", "fault")),
          Map.entry("plan", Set.of("linux", "fault")),
          Map.entry("seccomp", Set.of("policy", "linux", "fault")),
          Map.entry("cgroup", Set.of("linux", "fault")),
          Map.entry("executor", Set.of("plan", "linux", "fault")),
          Map.entry("host", Set.of("cgroup", "seccomp", "linux", "fault")),
          Map.entry("compile", Set.of("plan", "policy", "linux", "fault")),
          Map.entry(
              "run",
              Set.of(
                  "compile",
                  "plan",
                  "executor",
                  "cgroup",
                  "seccomp",
                  "host",
                  "policy",
                  "linux",
                  "fault")));

  /** What a pure package may use of packages that are not: data, no deeds. */
  private static final Map<String, Class<?>[]> SINGLE_CLASSES =
      Map.of("compile", new Class<?>[] {BpfProgram.class, Layout.class});

  static Set<String> packages() {
    return MAY_USE.keySet();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void dependenciesPointDownwards(String name) {
    List<String> allowed = new ArrayList<>(List.of(BASE + "." + name));
    MAY_USE.get(name).forEach(below -> allowed.add(BASE + "." + below));
    DescribedPredicate<JavaClass> known = resideInAnyPackage(allowed.toArray(String[]::new));
    for (Class<?> single : SINGLE_CLASSES.getOrDefault(name, new Class<?>[0])) {
      known = known.or(type(single));
    }
    noClasses()
        .that()
        .resideInAPackage(BASE + "." + name)
        .should()
        .dependOnClassesThat(resideInAPackage(BASE + "..").and(doNot(known)))
        .check(CORE);
  }

  @Test
  void everyPackageHasItsRule() {
    Set<String> found =
        CORE.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.equals(BASE))
            .map(name -> name.substring(BASE.length() + 1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(MAY_USE.keySet()), found);
  }

  @Test
  void thereAreNoCycles() {
    slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void nothingBelowKnowsTheFacade() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(BASE)
        .check(CORE);
  }

  @Test
  void nativeCallsAreMadeInLinuxOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + ".linux")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr.ffi..", "jnr.posix..", "jnr.constants..")
        .check(CORE);
  }

  @Test
  void machineCodeIsAssembledInExecutorOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + ".executor")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr.x86asm..", "jnr.a64asm..")
        .check(CORE);
  }

  @Test
  void jnaIsUsedInSeccompOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + ".seccomp")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.sun.jna..")
        .check(CORE);
  }

  @Test
  void dbusIsUsedInCgroupOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + ".cgroup")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.freedesktop.dbus..")
        .check(CORE);
  }

  @Test
  void yamlIsReadInYamlOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + ".yaml")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.yaml..", "com.fasterxml.jackson..")
        .check(CORE);
  }

  /** A JVM child would be made by fork or vfork of the whole server, with its descriptors. */
  @Test
  void noProcessIsMadeByTheJavaLibrary() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ProcessBuilder.class, Process.class)
        .check(CORE);
  }

  /** What is decided is decided without looking: no files, no environment, no clock. */
  @Test
  void decisionsArePure() {
    noClasses()
        .that()
        .resideInAnyPackage(BASE + ".plan", BASE + ".compile")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "java.time..")
                .or(type(System.class))
                .or(type(Thread.class))
                .or(type(Runtime.class)))
        .check(CORE);
  }

  /**
   * The seam by which tests take protections away: only {@link Alteration#NONE} exists here, and
   * what adds readings of the clock ({@code StepTimerProperties}); nothing public accepts another.
   */
  @Test
  void theProductTakesNothingAway() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + ".run")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Alteration.class)
        .check(CORE);
    assertEquals(
        List.of(Alteration.NONE.getClass().getName(), BASE + ".run.StepTimer"),
        CORE.stream()
            .filter(one -> one.isAssignableTo(Alteration.class) && !one.isInterface())
            .map(JavaClass::getName)
            .sorted()
            .toList());
    codeUnits()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage(BASE + ".run")
        .and(takeAn(Alteration.class))
        .should()
        .notBePublic()
        .andShould()
        .notBeProtected()
        .check(CORE);
  }

  private static DescribedPredicate<JavaCodeUnit> takeAn(Class<?> type) {
    return DescribedPredicate.describe(
        "take an " + type.getSimpleName(),
        unit -> unit.getRawParameterTypes().stream().anyMatch(one -> one.isEquivalentTo(type)));
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .that()
        .haveSimpleName("package-info")
        .should()
        .beAnnotatedWith(NullMarked.class)
        .check(CORE);
    long marked = CORE.stream().filter(one -> one.getSimpleName().equals("package-info")).count();
    assertEquals(MAY_USE.size() + 1L, marked);
  }
}
