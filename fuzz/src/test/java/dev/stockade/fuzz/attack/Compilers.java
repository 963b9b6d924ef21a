package dev.stockade.fuzz.attack;

import dev.stockade.server.selftest.NotTestableException;
import dev.stockade.server.selftest.Toolbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** gcc and this JDK's Java compiler; each source is compiled once. */
final class Compilers implements Toolbox {
  private final Map<String, byte[]> executables = new HashMap<>();
  private final Map<String, Map<String, byte[]>> classes = new HashMap<>();

  @Override
  public synchronized byte[] executable(String name, String source) throws NotTestableException {
    byte[] known = executables.get(source);
    if (known == null) {
      known = compileC(source);
      executables.put(source, known);
    }
    return known.clone();
  }

  @Override
  public synchronized Map<String, byte[]> classes(String name, String source)
      throws NotTestableException {
    Map<String, byte[]> known = classes.get(source);
    if (known == null) {
      known = compileJava(source);
      classes.put(source, known);
    }
    return known;
  }

  private static byte[] compileC(String text) throws NotTestableException {
    try {
      Path folder = Files.createTempDirectory("stockade-attacker");
      try {
        Path source = Files.writeString(folder.resolve("attacker.c"), text);
        Path program = folder.resolve("attacker");
        List<String> gcc =
            List.of("gcc", "-O1", "-static", "-pthread", "-o", "" + program, "" + source);
        run(gcc);
        return Files.readAllBytes(program);
      } finally {
        removeTree(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(List<String> command) throws NotTestableException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new NotTestableException("gcc and a static C library: " + said);
      }
    } catch (IOException e) {
      throw new NotTestableException("gcc and a static C library: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while gcc ran", e);
    }
  }

  /** For Java 17: the sandbox shows the host's Java, which may be older than this one. */
  private static Map<String, byte[]> compileJava(String text) throws NotTestableException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new NotTestableException("a JDK, not only a Java runtime");
    }
    try {
      Path folder = Files.createTempDirectory("stockade-attacker");
      try {
        Path source = Files.writeString(folder.resolve("Main.java"), text);
        String[] arguments = {"--release", "17", "-proc:none", "-d", "" + folder, "" + source};
        if (compiler.run(null, null, null, arguments) != 0) {
          throw new IllegalArgumentException("it does not compile: " + text);
        }
        return classesIn(folder);
      } finally {
        removeTree(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, byte[]> classesIn(Path folder) throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        found.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return found;
  }

  private static void removeTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
