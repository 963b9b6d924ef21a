package dev.stockade.fuzz.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.fuzz.CorpusFiles;
import dev.stockade.fuzz.Holds;
import dev.stockade.fuzz.Sandboxes;
import dev.stockade.server.selftest.Attack;
import dev.stockade.server.selftest.AttackProgram;
import dev.stockade.server.selftest.CanaryKind;
import dev.stockade.server.selftest.Lesson;
import dev.stockade.server.selftest.Promise;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That the corpus is whole: nothing that is promised or was learnt is left without an attack. */
final class CorpusTest {
  /** Lessons are held by attacks, or by test methods that say {@link Holds}. */
  @Test
  void everyLessonIsHeld() throws Exception {
    Set<Lesson> held = EnumSet.noneOf(Lesson.class);
    Corpus.attacks().forEach(attack -> held.add(attack.lesson()));
    for (Class<?> type : testClasses()) {
      for (Method method : type.getDeclaredMethods()) {
        Holds holds = method.getAnnotation(Holds.class);
        if (holds != null) {
          held.addAll(List.of(holds.value()));
        }
      }
    }
    assertEquals(EnumSet.allOf(Lesson.class), held);
  }

  /** The classes of the suite whose names say that they are run. */
  private static List<Class<?>> testClasses()
      throws IOException, URISyntaxException, ClassNotFoundException {
    URL here = Objects.requireNonNull(CorpusFiles.class.getResource("CorpusFiles.class"));
    Path suite = Objects.requireNonNull(Path.of(here.toURI()).getParent());
    List<String> names;
    try (Stream<Path> files = Files.walk(suite)) {
      names =
          files
              .map(file -> suite.relativize(file).toString().replace('/', '.'))
              .filter(file -> file.matches(".*(IT|Test|Properties)\\.class"))
              .map(file -> "dev.stockade.fuzz." + file.substring(0, file.length() - 6))
              .toList();
    }
    List<Class<?>> classes = new java.util.ArrayList<>();
    for (String name : names) {
      classes.add(Class.forName(name, false, CorpusTest.class.getClassLoader()));
    }
    assertTrue(classes.contains(CorpusTest.class), names::toString);
    return classes;
  }

  @Test
  void everyPromiseCanaryAndLanguageIsInIt() {
    Set<Promise> promises = EnumSet.noneOf(Promise.class);
    Set<CanaryKind> canaries = EnumSet.noneOf(CanaryKind.class);
    Set<AttackProgram.Language> languages = EnumSet.noneOf(AttackProgram.Language.class);
    for (Attack attack : Corpus.attacks()) {
      promises.add(attack.promise());
      canaries.addAll(attack.canaries());
      languages.add(attack.program().language());
    }
    assertEquals(EnumSet.allOf(Promise.class), promises);
    assertEquals(EnumSet.allOf(CanaryKind.class), canaries);
    assertEquals(EnumSet.allOf(AttackProgram.Language.class), languages);
  }

  @Test
  void everyPolicyIsThere() {
    Corpus.attacks().stream()
        .filter(attack -> attack.wanted().refused() == null)
        .map(Attack::policy)
        .distinct()
        .forEach(name -> assertNotNull(Sandboxes.policy(name)));
  }

  @Test
  void everyProgramFileIsUsed() {
    Set<String> used = new TreeSet<>();
    for (Attack attack : Corpus.attacks()) {
      used.add("programs/" + attack.program().name());
      attack.program().companions().forEach(name -> used.add("programs/" + name));
    }
    Set<String> unused = new TreeSet<>(CorpusFiles.in("programs"));
    unused.removeAll(used);
    assertEquals(Set.of(), unused);
  }

  /** The titles of the promises are those of SECURITY.md, whose table names their tests. */
  @Test
  void thePromisesAreThoseOfTheDocument() throws IOException {
    String document = Files.readString(Path.of("..", "SECURITY.md"));
    for (Promise promise : Promise.values()) {
      assertTrue(document.contains("| **" + promise.title() + ".**"), promise::title);
    }
  }
}
